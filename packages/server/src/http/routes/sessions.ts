import { createRoute } from '@hono/zod-openapi'
import { actOf } from '../act-of.js'
import { authenticateSession } from '../authenticate-session.js'
import { jsonAnswer, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { SessionId, SessionList } from '../schemas.js'
import type { App, Services } from '../services.js'
import { sessionListItem } from '../session-answer.js'

/** How a call that a session authenticates is refused. */
export const SESSION_REFUSALS = problems(
  'invalid_request',
  'missing_token',
  'invalid_token',
  'refresh_invalid',
  'refresh_reused',
  'session_ended',
  'service_unavailable',
)
/** The same for a call that changes something. */
export const SESSION_WRITING_REFUSALS = {
  ...SESSION_REFUSALS,
  ...problems('csrf_rejected', 'payload_too_large', 'unsupported_media_type'),
}
export const SESSION_SECURITY = [{ refreshToken: [] }, { refreshCookie: [] }]

const list = createRoute({
  method: 'get',
  path: '/sessions',
  summary: 'Live sessions of the user',
  security: SESSION_SECURITY,
  responses: { 200: jsonAnswer(SessionList, 'The one used last comes first'), ...SESSION_REFUSALS },
})

const endOthers = createRoute({
  method: 'delete',
  path: '/sessions',
  summary: 'End all sessions of the user but this one',
  security: SESSION_SECURITY,
  responses: { 204: { description: 'Ended' }, ...SESSION_WRITING_REFUSALS },
})

const endOne = createRoute({
  method: 'delete',
  path: '/sessions/{id}',
  summary: 'End one session of the user',
  security: SESSION_SECURITY,
  request: { params: SessionId },
  responses: {
    204: { description: 'Ended' },
    ...SESSION_WRITING_REFUSALS,
    ...problems('not_found'),
  },
})

export function addSessionsRoutes(app: App, services: Services): void {
  const { sessions } = services

  app.openapi(list, async (c) => {
    const current = await authenticateSession(c, services)
    const rows = await sessions.list(current.user_id)
    return c.json({ sessions: rows.map((row) => sessionListItem(row, current.id)) }, 200)
  })

  app.openapi(endOthers, async (c) => {
    const current = await authenticateSession(c, services)
    const act = { ...actOf(c.get('caller')), bySelf: true, sessionId: current.id }
    await sessions.endOthers(current.user_id, current.id, 'revoked', act)
    return c.body(null, 204)
  })

  app.openapi(endOne, async (c) => {
    const current = await authenticateSession(c, services)
    const { id } = c.req.valid('param')
    const act = { ...actOf(c.get('caller')), bySelf: true }
    const ended = await sessions.endOfUser(id, current.user_id, 'revoked', act)
    if (ended === 0) throw new ProblemError('not_found')
    return c.body(null, 204)
  })
}
