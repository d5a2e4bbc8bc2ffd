import NextAuth, { CredentialsSignin, type NextAuthConfig, type NextAuthResult } from 'next-auth'
import type { Countersign } from '../create-countersign.js'
import { verified } from '../data-access.js'
import { insideOf } from '../inside.js'
import { belongTogether, describeSession } from './claims.js'
import { bindProviders } from './provider.js'
import { withCookies } from './session-cookie.js'
import { checkConfig, sessionOptions } from './setup.js'
import { createSignIns } from './sign-ins.js'
import { agree, allowSignIn, tokenAtSignIn, type Work } from './steps.js'
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

type SignOutMessage = Parameters<NonNullable<NonNullable<NextAuthConfig['events']>['signOut']>>[0]

/** One request, and your own configuration. */
interface Visit extends Work {
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
  const signIns = createSignIns(context, {
    makeError: (code) => new CountersignSignin(code),
    providers: config.providers,
  })
  const providers = bindProviders(
    config.providers,
    (provider) => (credentials, request) =>
      signIns.byCredentials(provider, credentials ?? {}, request),
  )
  const result = NextAuth(async (given) => {
    const request = () => currentRequest(context().settings, given)
    const visit = { context, signIns, config, given, request }
    return {
      ...config,
      providers,
      session: sessionOptions(config),
      callbacks: { ...config.callbacks, ...callbacksOf(visit) },
      events: { ...config.events, signOut: signOutOf(visit) },
      ...((await isUnproven(visit)) ? { cookies: NO_SESSION } : {}),
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
async function isUnproven({ context, given }: Visit): Promise<boolean> {
  const { settings } = context()
  if (!given || !isBehindProxy(given) || isForAuthJs(given, settings)) return false
  const isThere = sessionBehind(given, settings) !== null
  return isThere && (await verified(context, given.headers.get('cookie'))) === null
}

function callbacksOf(visit: Visit): Partial<Callbacks> {
  const { config, context } = visit
  const own: Partial<Callbacks> = config.callbacks ?? {}
  return {
    signIn: (params) => allowSignIn(visit, params, own.signIn),
    jwt: (params) =>
      params.user ? tokenAtSignIn(visit, params, own.jwt) : tokenLater(params, visit),
    session: async (params) => {
      const session = sessionBehind(await visit.request(), context().settings)
      if (!session) return params.session
      const described = { ...params, session: describeSession(params.session, session) }
      return own.session?.(described as typeof params) ?? described.session
    },
  }
}

/**
 * The JWT of a later request; null, which signs out, without a session of Countersign or with that of
 * somebody else. Nothing is refreshed here.
 */
async function tokenLater(params: JwtParams, { config, given, context, request }: Visit) {
  const { headers } = await request()
  const session = sessionBehind({ headers }, context().settings)
  if (!session || !belongTogether(params.token, session)) return null
  // A page keeps no cookies of Auth.js, so that a session it cannot verify may be none at all.
  const mustVerify = !given && params.trigger !== 'update'
  if (mustVerify && !(await verified(context, headers.get('cookie')))) return null
  return agree(params, session, config.callbacks?.jwt)
}

function signOutOf({ signIns, config, request }: Visit) {
  return async (message: SignOutMessage) => {
    await signIns.signOut(await request())
    await config.events?.signOut?.(message)
  }
}
