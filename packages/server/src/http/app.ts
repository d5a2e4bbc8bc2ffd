import { BASE_PATH, problemResponse } from '@countersign/core'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { answerError } from './answer-error.js'
import { guardAgainstForgery } from './browser-guard.js'
import { toResponse } from './call.js'
import { readCaller } from './caller.js'
import type { Endpoints } from './endpoints.js'
import { createOAuthApp } from './oauth/oauth-app.js'
import { addOpenApiDocument } from './openapi.js'
import { expectJson, refusal } from './request-body.js'
import { addAccountsRoutes } from './routes/accounts.js'
import { addAdminRoutes } from './routes/admin.js'
import { addDevMailbox } from './routes/dev-mail.js'
import { addDiscoveryRoutes, addKeySetRoutes } from './routes/discovery.js'
import { addEmailRoutes } from './routes/email.js'
import { addHealthRoutes } from './routes/health.js'
import { addMeRoute } from './routes/me.js'
import { addPasswordRoutes } from './routes/password.js'
import { addRefreshRoutes } from './routes/refresh.js'
import { addRevocationsRoute } from './routes/revocations.js'
import { addSecondFactorRoute } from './routes/second-factor.js'
import { addSecondFactorSettings } from './routes/second-factor-settings.js'
import { addSessionsRoutes } from './routes/sessions.js'
import { addSignInRoute } from './routes/sign-in.js'
import { addSignUpRoutes } from './routes/sign-up.js'
import { addSocialRoutes } from './routes/social.js'
import { addSocialCallback } from './routes/social-callback.js'
import type { App, AppEnv, Services } from './services.js'

/** The HTTP API (`spec/protocol.md`, "HTTP"). What is not a route here does not exist. */
export function createApp(services: Services, endpoints: Endpoints): App {
  const { log } = services
  const root = new OpenAPIHono<AppEnv>()
  root.onError((error, c) => toResponse(answerError(error, c.env.requestId, log)))
  root.notFound(() => problemResponse('not_found'))
  const api = createApi(services, endpoints)
  // Before the rules of the JSON API: these take forms and have rules of their own.
  root.route(BASE_PATH, createOAuthApp(services, api))
  root.use(admit(services), expectJson())
  root.route(BASE_PATH, api)
  addDiscoveryRoutes(root, services)
  addDevMailbox(root, services)
  refuseOtherMethods(root)
  return root
}

function createApi(services: Services, endpoints: Endpoints): App {
  const api = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw refusal(result.error)
    },
  })
  addSignUpRoutes(api, services)
  addSignInRoute(api, services)
  addEmailRoutes(api, services)
  addSocialRoutes(api, services)
  addSocialCallback(api, services)
  addAccountsRoutes(api, services)
  addPasswordRoutes(api, services)
  addSecondFactorRoute(api, services)
  addSecondFactorSettings(api, services)
  addRefreshRoutes(api, services, endpoints)
  addMeRoute(api, endpoints)
  addSessionsRoutes(api, services)
  addAdminRoutes(api, services)
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
