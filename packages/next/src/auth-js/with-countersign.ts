import type { Countersign } from '../create-countersign.js'
import { verified } from '../data-access.js'
import { insideOf } from '../inside.js'
import { belongTogether, describeSession, type SessionUser } from './claims.js'
import { bindProviders } from './provider.js'
import { withCookies } from './session-cookie.js'
import { checkConfig, sessionOptions } from './setup.js'
import { createSignIns } from './sign-ins.js'
import { agree, allowSignIn, tokenAtSignIn, type Work } from './steps.js'
import { currentRequest, sessionBehind } from './visitor.js'

// biome-ignore lint/suspicious/noExplicitAny: NextAuth 4 cannot be imported beside Auth.js 5
type Any = any

/** What of the options of NextAuth 4 is looked at; `AuthOptions` fits. */
interface Options {
  providers: Any[]
  adapter?: Any
  session?: Any
  callbacks?: { signIn?: Any; jwt?: Any; session?: Any } | undefined
  events?: { signOut?: Any } | undefined
}

/** The session of NextAuth 4 when somebody is signed in. */
export interface CountersignSession {
  user: SessionUser
  expires: string
}

/**
 * Options of NextAuth 4 whose sessions are those of `app`, for `NextAuth(…)` and `getServerSession(…)` in
 * the App Router. Who is signed in is decided by the sealed cookie of Countersign.
 *
 * Your own callbacks run after ours. `withAuth` of NextAuth 4 knows nothing of them and must not guard
 * anything. Throws `TypeError` for what contradicts a session that the backend owns, such as an adapter.
 *
 * @example
 * export const authOptions: AuthOptions = withCountersign(app, { providers: [countersignProvider()] })
 */
export function withCountersign<O extends Options>(app: Countersign, options: O): O {
  const { context, options: own } = insideOf(app)
  checkConfig(options, own)
  const signIns = createSignIns(context, {
    makeError: (code) => new Error(code),
    providers: options.providers,
  })
  const request = () => currentRequest(context().settings)
  const work: Work = { context, signIns, request }
  return {
    ...options,
    providers: bindProviders(
      options.providers,
      (provider) => async (credentials) =>
        signIns.byCredentials(provider, credentials ?? {}, await request()),
    ),
    session: sessionOptions(options),
    callbacks: { ...options.callbacks, ...callbacksOf(work, options) },
    events: {
      ...options.events,
      signOut: async (message: unknown) => {
        await signIns.signOut(await request())
        await options.events?.signOut?.(message)
      },
    },
  }
}

/**
 * The route handler of NextAuth 4 with the session cookie added to its answer. Without it Next.js adds the
 * cookie, and writes those of NextAuth anew, which then end with the browser and not at once.
 *
 * @example
 * const handler = keepCookies(NextAuth(authOptions))
 * export { handler as GET, handler as POST }
 */
export function keepCookies<R, C>(
  handler: (request: R, context: C) => Promise<Response>,
): (request: R, context: C) => Promise<Response> {
  return (request, context) => withCookies(() => handler(request, context))
}

function callbacksOf(work: Work, { callbacks: own = {} }: Options) {
  return {
    signIn: (params: Any) => allowSignIn(work, params, own.signIn),
    jwt: async (params: Any) => {
      if (!params.user) return tokenLater(params, work, own.jwt)
      const token = await tokenAtSignIn(work, params, own.jwt)
      if (!token) throw new Error('access_denied')
      return token
    },
    session: async (params: Any) => {
      const session = await provenSession(params.token, work)
      // NextAuth 4 takes an empty object for nobody.
      if (!session) return {}
      const described = { ...params, session: describeSession(params.session, session) }
      return own.session ? own.session(described) : described.session
    },
  }
}

/** NextAuth 4 knows no JWT that signs out, so whoever is nobody keeps it, and it is worth nothing. */
async function tokenLater(params: Any, work: Work, own: Any) {
  const session = await provenSession(params.token, work)
  return session ? agree(params, session, own) : params.token
}

/** The session of the request if the JWT belongs to it and its access token is verified. */
async function provenSession(token: Readonly<Record<string, unknown>>, work: Work) {
  const { headers } = await work.request()
  const session = sessionBehind({ headers }, work.context().settings)
  if (!session || !belongTogether(token, session)) return null
  return (await verified(work.context, headers.get('cookie'))) ? session : null
}
