import { BASE_PATH, problemResponse } from '@countersign/core'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { answerError, logFailure } from './answer-error.js'
import { guardAgainstForgery } from './browser-guard.js'
import { readCaller } from './caller.js'
import { createOAuthApp } from './oauth/oauth-app.js'
import { addOpenApiDocument } from './openapi.js'
import { ProblemError } from './problem-error.js'
import { expectJson } from './request-body.js'
import { addDiscoveryRoutes, addKeySetRoutes } from './routes/discovery.js'
import { addHealthRoutes } from './routes/health.js'
import { addMeRoute } from './routes/me.js'
import { addRefreshRoutes } from './routes/refresh.js'
import { addRevocationsRoute } from './routes/revocations.js'
import { addSessionsRoutes } from './routes/sessions.js'
import { addSignInRoutes } from './routes/sign-in.js'
import type { App, AppEnv, Services } from './services.js'

/** The HTTP API (`spec/protocol.md`, "HTTP"). What is not a route here does not exist. */
export function createApp(services: Services): App {
  const { log } = services
  const root = new OpenAPIHono<AppEnv>()
  root.onError((error, c) => {
    const answer = answerError(error)
    logFailure(log, c.env.requestId, error, answer)
    return answer
  })
  root.notFound(() => problemResponse('not_found'))
  const api = createApi(services)
  // Before the rules of the JSON API: these take forms and have rules of their own.
  root.route(BASE_PATH, createOAuthApp(services, api))
  root.use(admit(services), expectJson())
  root.route(BASE_PATH, api)
  addDiscoveryRoutes(root, services)
  refuseOtherMethods(root)
  return root
}

function createApi(services: Services): App {
  const api = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw new ProblemError('invalid_request', { detail: explain(result) })
    },
  })
  addSignInRoutes(api, services)
  addRefreshRoutes(api, services)
  addMeRoute(api, services)
  addSessionsRoutes(api, services)
  addRevocationsRoute(api, services)
  addKeySetRoutes(api, services)
  addHealthRoutes(api, services)
  addOpenApiDocument(api, services)
  return api
}

function admit({ options, proxies }: Services): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    c.set('caller', readCaller(c.req.raw.headers, c.env, proxies))
    guardAgainstForgery(c.req.raw, options.trustedOrigins)
    return next()
  }
}

/** A known path with another method is 405 and says which are allowed. */
function refuseOtherMethods(root: App): void {
  const methods = new Map<string, Set<string>>()
  for (const { path, method } of root.routes) {
    if (method === 'ALL') continue
    methods.set(path, (methods.get(path) ?? new Set()).add(method))
  }
  for (const [path, allowed] of methods) {
    root.all(path, () => {
      const answer = problemResponse('method_not_allowed')
      answer.headers.set('Allow', [...allowed].join(', '))
      return answer
    })
  }
}

interface Rejection {
  readonly error: { readonly issues: ReadonlyArray<{ path: PropertyKey[]; message: string }> }
}

/** Names the field and the rule, never the value. */
function explain({ error }: Rejection): string {
  const [issue] = error.issues
  const field = issue?.path.join('.')
  return field ? `"${field}": ${issue?.message}` : (issue?.message ?? 'the body is not as expected')
}
