import { createRoute } from '@hono/zod-openapi'
import { actOf } from '../act-of.js'
import { auditAnomaly } from '../audit-anomaly.js'
import { type Endpoint, jsonOf, senderOf } from '../call.js'
import type { Endpoints } from '../endpoints.js'
import { admit } from '../judgement.js'
import { authenticateClient } from '../known-caller.js'
import { addEndpoint, jsonAnswer, jsonBody, problems } from '../openapi.js'
import { presentedToken } from '../presented-token.js'
import { ProblemError } from '../problem-error.js'
import { clearRefreshCookie, refreshCookie } from '../refresh-cookie.js'
import { readMembers } from '../request-body.js'
import { RefreshBody, Session } from '../schemas.js'
import type { App, Services } from '../services.js'
import { answerSession } from '../session-answer.js'

const refresh = createRoute({
  method: 'post',
  path: '/refresh',
  summary: 'Exchange the refresh token (cookie or body) for a fresh access token',
  request: jsonBody(RefreshBody, false),
  responses: {
    200: jsonAnswer(Session, 'The session. Keep the refresh token it brings'),
    ...problems(
      'invalid_request',
      'payload_too_large',
      'unsupported_media_type',
      'csrf_rejected',
      'missing_token',
      'refresh_invalid',
      'refresh_reused',
      'session_ended',
      'invalid_client',
      'rate_limited',
      'service_unavailable',
    ),
  },
})

const logout = createRoute({
  method: 'post',
  path: '/logout',
  summary: 'End the session of the refresh token (cookie or body)',
  request: jsonBody(RefreshBody, false),
  responses: {
    204: { description: 'There is no such session any more' },
    ...problems(
      'invalid_request',
      'payload_too_large',
      'unsupported_media_type',
      'csrf_rejected',
      'service_unavailable',
    ),
  },
})

/** The endpoint of `/refresh`. One statement decides; whoever may not refresh is told why. */
export function createRefresh(services: Services): Endpoint {
  const { sessions, limits, log } = services
  return async (call) => {
    const text = presentedToken(call, services, readMembers(RefreshBody, call))
    if (text === undefined) throw new ProblemError('missing_token')
    const token = sessions.decode(text)
    if (!token) throw new ProblemError('refresh_invalid')
    const clientId = await authenticateClient(call, services)
    await limits.refresh(token.sessionId)
    const judgement = await sessions.rotate(token, clientId)
    await auditAnomaly(judgement, call.caller, services)
    const live = admit(judgement, log)
    const { session, headers } = answerSession(call.caller, services, live)
    return jsonOf(session, headers)
  }
}

export function addRefreshRoutes(app: App, services: Services, endpoints: Endpoints): void {
  const { sessions, options } = services
  addEndpoint(app, refresh, endpoints.refresh)

  app.openapi(logout, async (c) => {
    const sender = senderOf(c)
    const text = presentedToken(sender, services, c.req.valid('json'))
    const { fromBrowser, userAgent } = sender.caller
    // An access token alone ends nothing; to answer 204 would be a lie.
    if (text === undefined && /^bearer\b/i.test(c.req.header('authorization') ?? '')) {
      throw new ProblemError('invalid_request', { detail: 'send the refresh token' })
    }
    const token = text === undefined ? undefined : sessions.decode(text)
    if (token) {
      await sessions.endByToken(token, 'signed_out', { ...actOf(sender.caller), bySelf: true })
    }
    if (fromBrowser) {
      c.header('Set-Cookie', clearRefreshCookie(refreshCookie(options.origin, userAgent)))
    }
    return c.body(null, 204)
  })
}
