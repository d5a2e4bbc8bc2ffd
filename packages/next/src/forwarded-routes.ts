import { refuse } from './answers.js'
import { callerOf } from './auth-server.js'
import type { AccountCall } from './backend.js'
import { onBehalfOf, passOn } from './on-behalf-of.js'
import type { Route } from './route.js'

type Method = AccountCall['method']
/** `session`: for whoever is signed in, and acted on as them. `open`: for everybody. */
type Access = 'open' | 'session'
type Methods = Readonly<Partial<Record<Method, Access>>>

/** Longest query that is handed on. Characters. */
const MAX_QUERY = 2048

/**
 * What of the auth server's account routes a browser may reach through this application
 * (`spec/protocol.md` section 5). Nothing else is ever handed on.
 */
const FORWARDED: Readonly<Record<string, Methods>> = {
  'password/forgot': { POST: 'open' },
  'password/reset': { POST: 'open' },
  'password/change': { POST: 'session' },
  'email/verify': { POST: 'open' },
  'email/resend': { POST: 'open' },
  'email/change': { POST: 'session' },
  'email/change/confirm': { POST: 'open' },
  'second-factor': { GET: 'session' },
  'second-factor/enroll': { POST: 'session' },
  'second-factor/activate': { POST: 'session' },
  'second-factor/disable': { POST: 'session' },
  'second-factor/recovery-codes': { POST: 'session' },
  providers: { GET: 'open' },
  accounts: { GET: 'session' },
  'accounts/{id}': { DELETE: 'session' },
  'admin/users': { GET: 'session' },
  'admin/users/{id}': { GET: 'session', PATCH: 'session' },
  'admin/users/{id}/sessions': { DELETE: 'session' },
  'admin/users/{id}/sessions/{id}': { DELETE: 'session' },
  'admin/users/{id}/reset-password': { POST: 'session' },
  'admin/users/{id}/second-factor': { DELETE: 'session' },
  'admin/audit': { GET: 'session' },
}

/** Ids hold no dot in front and no percent sign, so that none is ever read as another path. */
const ID = '[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}'

const PATTERNS = Object.entries(FORWARDED).map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replaceAll('{id}', ID)}$`),
  methods,
}))

/** The routes of a path below the base path, by method; undefined if it is not on the list. */
export function forwardedRoutes(path: string): Partial<Record<Method, Route>> | undefined {
  const found = PATTERNS.find(({ pattern }) => pattern.test(path))
  if (!found) return undefined
  const routes = Object.entries(found.methods).map(([method, access]) => [
    method,
    forward(`/${path}`, method as Method, access),
  ])
  return Object.fromEntries(routes)
}

/** Hands a request on as it came, and its answer back. */
function forward(path: string, method: Method, access: Access): Route {
  return async (input) => {
    const { account } = input.context.backend
    if (!account) return refuse('not_supported')
    const { search } = new URL(input.request.url)
    if (search.length > MAX_QUERY) return refuse('invalid_request')
    const call = {
      method,
      path: method === 'GET' ? path + search : path,
      ...(method === 'POST' || method === 'PATCH' ? { body: input.body } : {}),
    }
    if (access === 'session') {
      return onBehalfOf(input, (session, caller) => account({ ...call, session, caller }))
    }
    const { settings } = input.context
    return passOn(await account({ ...call, caller: callerOf(input.request, settings) }), settings)
  }
}
