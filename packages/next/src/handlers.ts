import { endOtherSessions, endSession, listSessions, me } from './account-routes.js'
import { NO_STORE, refuse } from './answers.js'
import type { Context } from './context.js'
import { refuseBareRequest, refuseForeignOrigin } from './csrf.js'
import { forwardedRoutes } from './forwarded-routes.js'
import { readBody } from './request-body.js'
import type { Route } from './route.js'
import { secondFactor, signIn } from './sign-in-route.js'
import { signOut } from './sign-out-route.js'
import { beginSocial, returnFromSocial } from './social-routes.js'
import { refreshNow, token } from './token-route.js'

/** The exports of `app/api/auth/[...countersign]/route.ts`. */
export interface Handlers {
  readonly GET: (request: Request) => Promise<Response>
  readonly POST: (request: Request) => Promise<Response>
  /** Of administration only. */
  readonly PATCH: (request: Request) => Promise<Response>
  readonly DELETE: (request: Request) => Promise<Response>
}

type Method = keyof Handlers

const ROUTES: Readonly<Record<string, Partial<Record<Method, Route>>>> = {
  login: { POST: signIn('signIn') },
  signup: { POST: signIn('signUp') },
  register: { POST: signIn('signUp') },
  'second-factor': { POST: secondFactor },
  refresh: { POST: refreshNow },
  token: { POST: token },
  logout: { POST: signOut },
  'social/{id}': { POST: beginSocial },
  'social/return': { GET: returnFromSocial },
  me: { GET: me },
  sessions: { GET: listSessions, DELETE: endOtherSessions },
  'sessions/{id}': { DELETE: endSession },
}

/** One handler per method; each finds its route by the path below the base path. */
export function createHandlers(context: () => Context): Handlers {
  const handle = (method: Method) => (request: Request) => dispatch(method, request, context())
  return {
    GET: handle('GET'),
    POST: handle('POST'),
    PATCH: handle('PATCH'),
    DELETE: handle('DELETE'),
  }
}

async function dispatch(method: Method, request: Request, context: Context): Promise<Response> {
  const { name, id } = routeOf(request, context.settings.basePath)
  const own = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined
  const forwarded = forwardedRoutes(name)
  const methods = own && forwarded ? { ...forwarded, ...own } : (own ?? forwarded)
  const route = methods?.[method]
  if (!methods) return refuse('not_found')
  if (!route) return notAllowed(Object.keys(methods))
  const response = await guarded(route, { method, request, id, context })
  if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', NO_STORE)
  return response
}

async function guarded(
  route: Route,
  input: { method: Method; request: Request; id: string | undefined; context: Context },
): Promise<Response> {
  const { method, request, id, context } = input
  if (method === 'GET') return route({ request, id, context, body: {} })
  const foreign = refuseForeignOrigin(request, context.settings)
  if (foreign) return foreign
  const read = await readBody(request)
  if ('refusal' in read) return read.refusal
  const bare = read.hasBody ? undefined : refuseBareRequest(request)
  return bare ?? route({ request, id, context, body: read.body })
}

/** The last segments of the path, because Next may serve the application below a path of its own. */
function routeOf(request: Request, basePath: string): { name: string; id: string | undefined } {
  const { pathname } = new URL(request.url)
  const start = pathname.indexOf(`${basePath}/`)
  const rest = start < 0 ? '' : pathname.slice(start + basePath.length + 1).replace(/\/$/, '')
  if (Object.hasOwn(ROUTES, rest)) return { name: rest, id: undefined }
  const [, name, id] = /^(sessions|social)\/([A-Za-z0-9_-]{1,64})$/.exec(rest) ?? []
  return id ? { name: `${name}/{id}`, id } : { name: rest, id: undefined }
}

function notAllowed(methods: readonly string[]): Response {
  const response = refuse('method_not_allowed')
  response.headers.set('Allow', methods.join(', '))
  return response
}
