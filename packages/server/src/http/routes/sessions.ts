import { createRoute } from '@hono/zod-openapi'
import { actOf } from '../act-of.js'
import { authenticateSession } from '../authenticate-session.js'
import { jsonAnswer, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { SessionId, SessionList } from '../schemas.js'
import type { App, Services } from '../services.js'
import { sessionListItem } from '../session-answer.js'

const REFUSALS = problems(
  'invalid_request',
  'missing_token',
  'invalid_token',
  'refresh_invalid',
  'refresh_reused',
  'session_ended',
  'service_unavailable',
)
const WRITING_REFUSALS = {
  ...REFUSALS,
  ...problems('csrf_rejected', 'payload_too_large', 'unsupported_media_type'),
}
const security = [{ refreshToken: [] }, { refreshCookie: [] }]

const list = createRoute({
  method: 'get',
  path: '/sessions',
  summary: 'Live sessions of the user',
  security,
  responses: { 200: jsonAnswer(SessionList, 'The one used last comes first'), ...REFUSALS },
})

const endOthers = createRoute({
  method: 'delete',
  path: '/sessions',
  summary: 'End all sessions of the user but this one',
  security,
  responses: { 204: { description: 'Ended' }, ...WRITING_REFUSALS },
})

const endOne = createRoute({
  method: 'delete',
  path: '/sessions/{id}',
  summary: 'End one session of the user',
  security,
  request: { params: SessionId },
  responses: { 204: { description: 'Ended' }, ...WRITING_REFUSALS, ...problems('not_found') },
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
