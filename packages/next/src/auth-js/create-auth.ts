import NextAuth, { CredentialsSignin, type NextAuthConfig, type NextAuthResult } from 'next-auth'
import type { Context } from '../context.js'
import type { Countersign } from '../create-countersign.js'
import { verified } from '../data-access.js'
import { insideOf } from '../inside.js'
import { belongTogether, claimsOf, describeSession } from './claims.js'
import { bindProviders } from './provider.js'
import { withCookies } from './session-cookie.js'
import { checkConfig, sessionOptions } from './setup.js'
import { createSignIns, type SignIns } from './sign-ins.js'
import { currentRequest, isBehindProxy, isForAuthJs, sessionBehind } from './visitor.js'

/** A refused sign-in: Auth.js leads to the sign-in page with our code as `code`. */
export class CountersignSignin extends CredentialsSignin {
  constructor(code: string) {
    super()
    this.code = code
  }
}

type Callbacks = NonNullable<NextAuthConfig['callbacks']>
type JwtParams = Parameters<NonNullable<Callbacks['jwt']>>[0]

/** What the callbacks of one request share. */
interface Work {
  readonly context: () => Context
  readonly signIns: SignIns
  readonly config: NextAuthConfig
  /** The request that Auth.js was given; a page or an action gives none. */
  readonly given: Request | undefined
}

/**
 * Auth.js 5 whose sessions are those of `app`; it takes and returns what `NextAuth` does. Who is signed in
 * is decided by the sealed cookie of Countersign, which no cookie of Auth.js can outlive.
 *
 * Your own callbacks `jwt`, `session` and `signIn` run after ours. Throws `TypeError` for what
 * contradicts a session that the backend owns, such as an adapter.
 *
 * @example
 * export const app = createCountersign({ authJsPath: '/api/auth' })
 * export const { handlers, auth, signIn, signOut } = createAuth(app, {
 *   providers: [countersignProvider(), Google],
 * })
 */
export function createAuth(app: Countersign, config: NextAuthConfig): NextAuthResult {
  const { context, options } = insideOf(app)
  checkConfig(config, options)
  const signIns = createSignIns(context, (code) => new CountersignSignin(code))
  const providers = bindProviders(
    config.providers,
    (provider) => (credentials, request) =>
      signIns.byCredentials(provider, credentials ?? {}, request),
  )
  const result = NextAuth(async (given) => {
    const work = { context, signIns, config, given }
    return {
      ...config,
      providers,
      session: sessionOptions(config),
      callbacks: { ...config.callbacks, ...callbacksOf(work) },
      events: { ...config.events, signOut: signOutOf(work) },
      ...((await isUnproven(work)) ? { cookies: NO_SESSION } : {}),
    }
  })
  const handlers = { GET: keeping(result.handlers.GET), POST: keeping(result.handlers.POST) }
  return { ...result, handlers, auth: atOnce(result.auth) }
}

type Handler = NextAuthResult['handlers']['GET']

const keeping =
  (handler: Handler): Handler =>
  (request) =>
    withCookies(() => handler(request))

type Auth = NextAuthResult['auth']
type Call = (...args: readonly unknown[]) => Promise<unknown>

/**
 * A configuration that is made for each request turns `auth(handler)` into the promise of a
 * function, which Next.js does not take for a proxy or a route handler.
 */
function atOnce(auth: Auth): Auth {
  const call = auth as unknown as Call
  const wrap =
    (handler: unknown) =>
    async (...request: readonly unknown[]) => {
      const wrapped = (await call(handler)) as Call
      return wrapped(...request)
    }
  const either = (...args: readonly unknown[]) =>
    typeof args[0] === 'function' ? wrap(args[0]) : call(...args)
  return either as unknown as Auth
}

/**
 * A token name that no browser has a cookie of: Auth.js finds no session then, and clears nothing away.
 */
const NO_SESSION = { sessionToken: { name: 'countersign.unproven' } }

/**
 * Whether the request of a route handler has a session whose access token cannot be verified just now,
 * for which the proxy has tried. In the proxy itself it may be about to be renewed.
 */
async function isUnproven({ context, given }: Work): Promise<boolean> {
  const { settings } = context()
  if (!given || !isBehindProxy(given) || isForAuthJs(given, settings)) return false
  const isThere = sessionBehind(given, settings) !== null
  return isThere && (await verified(context, given.headers.get('cookie'))) === null
}

function callbacksOf(work: Work): Partial<Callbacks> {
  const { signIns, config, given, context } = work
  const own: Partial<Callbacks> = config.callbacks ?? {}
  return {
    signIn: async (params) => {
      const { user, account, profile } = params
      const allowed = await orAbandon(work, user, async () => (await own.signIn?.(params)) ?? true)
      if (allowed !== true) {
        await signIns.abandon(user)
        return allowed
      }
      if (!account || signIns.waiting(user)) return true
      const answer = { account, user: { ...user }, profile: { ...profile } }
      await signIns.byProvider(user, answer, await currentRequest(context().settings, given))
      return true
    },
    jwt: (params) => (params.user ? atSignIn(params, work) : later(params, work)),
    session: async (params) => {
      const { settings } = context()
      const session = sessionBehind(await currentRequest(settings, given), settings)
      if (!session) return params.session
      const described = { ...params, session: describeSession(params.session, session) }
      return own.session?.(described as typeof params) ?? described.session
    },
  }
}

/** The JWT of a new sign-in, whose session gets its cookie once your own callback has agreed. */
async function atSignIn(params: JwtParams, work: Work) {
  const { signIns, config, given, context } = work
  const { user } = params
  const session = signIns.waiting(user)
  if (!session) return null
  const claims = claimsOf(session)
  const token = { ...params.token, ...claims }
  const agreed = await orAbandon(work, user, async () =>
    config.callbacks?.jwt ? config.callbacks.jwt({ ...params, token }) : token,
  )
  if (!agreed) {
    await signIns.abandon(user)
    return null
  }
  await signIns.settle(user, await currentRequest(context().settings, given))
  return { ...agreed, sub: claims.sub, csid: claims.csid }
}

/**
 * The JWT of a later request; null, which signs out, without a session of Countersign or with that of
 * somebody else. Nothing is refreshed here.
 */
async function later(params: JwtParams, { config, given, context }: Work) {
  const { settings } = context()
  const request = await currentRequest(settings, given)
  const session = sessionBehind(request, settings)
  if (!session || !belongTogether(params.token, session)) return null
  // A page keeps no cookies of Auth.js, so that a session it cannot verify may be none at all.
  const mustVerify = !given && params.trigger !== 'update'
  if (mustVerify && !(await verified(context, request.headers.get('cookie')))) return null
  const claims = claimsOf(session)
  const token = { ...params.token, ...claims }
  const agreed = config.callbacks?.jwt ? await config.callbacks.jwt({ ...params, token }) : token
  return agreed && { ...agreed, sub: claims.sub, csid: claims.csid }
}

/** A callback of yours that throws at sign-in leaves no session behind. */
async function orAbandon<T>({ signIns }: Work, user: object, callback: () => Promise<T>) {
  try {
    return await callback()
  } catch (error) {
    await signIns.abandon(user)
    throw error
  }
}

function signOutOf({ context, signIns, config, given }: Work) {
  return async (
    message: Parameters<NonNullable<NonNullable<NextAuthConfig['events']>['signOut']>>[0],
  ) => {
    await signIns.signOut(await currentRequest(context().settings, given))
    await config.events?.signOut?.(message)
  }
}
