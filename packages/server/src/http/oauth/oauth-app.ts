import { PUBLIC_CLIENT_ID } from '@countersign/core'
import { OpenAPIHono } from '@hono/zod-openapi'
import { logFailure, problemOf } from '../answer-error.js'
import { auditClient } from '../audit-client.js'
import { isFromBrowser, readCaller, readStatedCaller } from '../caller.js'
import type { KnownCaller } from '../known-caller.js'
import { ProblemError } from '../problem-error.js'
import type { App, AppContext, AppEnv, Services } from '../services.js'
import { authenticateClient, type PresentClient } from './authenticate-client.js'
import { type Form, readForm } from './form-body.js'
import { introspect } from './introspect.js'
import { OAuthAnswer } from './oauth-answer.js'
import { OAuthError, oauthErrorOf, oauthErrorResponse } from './oauth-error.js'
import { documentOAuthRoutes } from './openapi.js'
import { revoke } from './revoke.js'
import { token } from './token.js'

/** What an endpoint does for a client. An object becomes the body of a 200. */
export type OAuthEndpoint = (
  form: Form,
  client: PresentClient,
  services: Services,
  caller: KnownCaller,
) => Promise<object | OAuthAnswer>

/**
 * `/token`, `/introspect` and `/revoke` (RFC 6749, 7662, 7009): forms, errors of their own, and no
 * browsers. Their documentation goes to the registry of the JSON API.
 */
export function createOAuthApp(services: Services, api: App): App {
  const app = new OpenAPIHono<AppEnv>()
  app.onError((error, c) => {
    const refusal = error instanceof OAuthError ? error : oauthErrorOf(problemOf(error))
    const answer = oauthErrorResponse(refusal)
    if (!(error instanceof OAuthError)) logFailure(services.log, c.env.requestId, error, answer)
    return answer
  })
  app.post('/token', serve(token, services))
  app.post('/introspect', serve(introspect, services))
  app.post('/revoke', serve(revoke, services))
  documentOAuthRoutes(api.openAPIRegistry)
  return app
}

function serve(endpoint: OAuthEndpoint, services: Services) {
  return async (c: AppContext): Promise<Response> => {
    const request = c.req.raw
    if (isFromBrowser(request.headers)) {
      throw new ProblemError('csrf_rejected', { detail: 'this is not for browsers' })
    }
    const form = await readForm(request)
    const client = await presentClient(c, form, services)
    const caller = knownCaller(c, client, services)
    const made = await endpoint(form, client, services, caller)
    const { body, headers } = made instanceof OAuthAnswer ? made : new OAuthAnswer(made, {})
    return c.json(body, 200, { 'Cache-Control': 'no-store', Pragma: 'no-cache', ...headers })
  }
}

/** @throws OAuthError as `authenticateClient` does */
async function presentClient(c: AppContext, form: Form, services: Services) {
  const { headers } = c.req.raw
  try {
    return await authenticateClient(headers, form, services.clients)
  } catch (error) {
    if (error instanceof OAuthError && error.code === 'invalid_client') {
      await auditClient(services, readCaller(headers, c.env, services.proxies), undefined)
    }
    throw error
  }
}

/** Only an authenticated client may say whom it speaks for. */
function knownCaller(c: AppContext, { id }: PresentClient, { proxies }: Services): KnownCaller {
  const { headers } = c.req.raw
  const caller = readCaller(headers, c.env, proxies)
  const stated = id === PUBLIC_CLIENT_ID ? caller : readStatedCaller(headers, caller)
  return { ...stated, clientId: id }
}
