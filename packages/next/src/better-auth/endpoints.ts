import { APIError, createAuthEndpoint, formCsrfMiddleware } from 'better-auth/api'
import type { Context } from '../context.js'
import type { Route } from '../route.js'
import { readSession, type SealedSession } from '../sealed-session.js'
import { isText } from '../shape.js'
import { signIn } from '../sign-in-route.js'
import { signOut } from '../sign-out-route.js'
import { token } from '../token-route.js'
import { ENDED_HEADER } from './ended.js'
import { errorFrom, unavailable } from './errors.js'
import { sessionOf, userOf } from './session.js'

/** Names of the endpoints of Better Auth that are replaced. */
export const ENDPOINT_KEYS = ['signInEmail', 'signUpEmail', 'signOut', 'getSession'] as const

const PRIVATE = { metadata: { noStore: true } } as const
const OF_A_VISITOR = { ...PRIVATE, requireHeaders: true } as const

/** What of an endpoint's context is used here. */
interface Call {
  readonly request?: Request | undefined
  readonly headers?: HeadersInit | undefined
  readonly responseHeaders: Headers
}

/** The endpoints. Each runs the same route as the handlers of `createCountersign`. */
export function endpoints(context: () => Context) {
  return {
    signInEmail: createAuthEndpoint(
      '/sign-in/email',
      { ...PRIVATE, method: 'POST', use: [formCsrfMiddleware] },
      async (call) => {
        const { email, password, rememberMe, callbackURL } = membersOf(call.body)
        const body = { ...credentials(email, password), remember: rememberMe !== false }
        const session = await enter(signIn('signIn'), { call, body, context: context() })
        if (!session) throw unavailable()
        const url = isText(callbackURL) ? callbackURL : undefined
        const user = userOf(session.user)
        return call.json({ redirect: url !== undefined, token: session.sessionId, url, user })
      },
    ),
    signUpEmail: createAuthEndpoint(
      '/sign-up/email',
      { ...PRIVATE, method: 'POST', use: [formCsrfMiddleware] },
      async (call) => {
        const { email, password, name, rememberMe } = membersOf(call.body)
        const account = credentials(email, password)
        const remember = rememberMe !== false
        const body = { ...account, remember, ...(isText(name) ? { name } : {}) }
        const session = await enter(signIn('signUp'), { call, body, context: context() })
        if (!session) return call.json({ token: null, user: unconfirmed(account.email, body.name) })
        return call.json({ token: session.sessionId, user: userOf(session.user) })
      },
    ),
    signOut: createAuthEndpoint('/sign-out', { ...OF_A_VISITOR, method: 'POST' }, async (call) => {
      await run(signOut, { call, body: {}, context: context() })
      return call.json({ success: true })
    }),
    getSession: createAuthEndpoint(
      '/get-session',
      { ...OF_A_VISITOR, method: ['GET', 'POST'] },
      async (call) => {
        const isRequest = call.request !== undefined
        const session = isRequest
          ? await freshSession(call, call.method === 'POST', context())
          : await sessionOf(context(), requestOf(call, context()).headers.get('cookie'))
        return call.json(session)
      },
    ),
  }
}

/**
 * The session of a browser's request, refreshed if it is due. One that has ended keeps its cookie
 * unless `mayEnd`: a sign-in in another tab may have replaced it, which a second request will show.
 */
async function freshSession(call: Call, mayEnd: boolean, context: Context) {
  const response = await run(token, { call, body: { keepCookie: !mayEnd }, context })
  if (response.status === 401) {
    const isEnded = (await errorFrom(response)).body?.code !== 'MISSING_TOKEN'
    if (isEnded && !mayEnd) call.responseHeaders.set(ENDED_HEADER, 'ended')
    return null
  }
  if (!response.ok) throw await errorFrom(response)
  const cookieHeader = cookieIn(response, context) ?? requestOf(call, context).headers.get('cookie')
  const session = await sessionOf(context, cookieHeader)
  // The session is there, but its keys are not: that is no reason to call the visitor a stranger.
  if (!session) throw unavailable()
  return session
}

interface Run {
  readonly call: Call
  readonly body: Readonly<Record<string, unknown>>
  readonly context: Context
}

/** Signs in or up: the new session, or null if the address has to be confirmed first. */
async function enter(route: Route, input: Run): Promise<SealedSession | null> {
  const response = await run(route, input)
  if (!response.ok) throw await errorFrom(response)
  return readSession(cookieIn(response, input.context), input.context.settings)
}

/** Runs a route of ours; the cookies of its answer go along with Better Auth's. */
async function run(route: Route, { call, body, context }: Run): Promise<Response> {
  const request = requestOf(call, context)
  const response = await route({ request, body, id: undefined, context })
  for (const cookie of response.headers.getSetCookie()) {
    call.responseHeaders.append('Set-Cookie', cookie)
  }
  return response
}

/** A call by `auth.api` has headers only. */
function requestOf({ request, headers }: Call, { settings }: Context): Request {
  return request ?? new Request(settings.origin, { headers: new Headers(headers) })
}

/** The session cookie of an answer, as a browser would send it back. */
function cookieIn(response: Response, { settings }: Context): string | null {
  const start = `${settings.cookie.name}=`
  const line = response.headers.getSetCookie().find((cookie) => cookie.startsWith(start))
  return line?.split(';')[0] ?? null
}

function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  return Object(body)
}

function credentials(email: unknown, password: unknown) {
  if (isText(email) && isText(password)) return { email, password }
  const fault = isText(email) ? 'PASSWORD' : 'EMAIL'
  throw new APIError('BAD_REQUEST', {
    code: `INVALID_${fault}`,
    message: `Invalid ${fault.toLowerCase()}`,
  })
}

/** Of an account that waits for its confirmation nobody is told more than they have said. */
function unconfirmed(email: string, name = '') {
  const now = new Date()
  const dates = { createdAt: now, updatedAt: now }
  return { id: '', email, name, image: null, emailVerified: false, ...dates }
}
