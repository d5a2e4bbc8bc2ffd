import { createRoute } from '@hono/zod-openapi'
import { type Endpoint, jsonOf } from '../call.js'
import { bearerToken } from '../credentials.js'
import type { Endpoints } from '../endpoints.js'
import { addEndpoint, jsonAnswer, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { Me, namesSession } from '../schemas.js'
import type { App, Services } from '../services.js'
import { sessionListItem, userOf } from '../session-answer.js'

const me = createRoute({
  method: 'get',
  path: '/me',
  summary: 'The user and session of an access token',
  security: [{ accessToken: [] }],
  responses: {
    200: jsonAnswer(Me, 'As the database knows them now'),
    ...problems('missing_token', 'invalid_token', 'token_expired', 'service_unavailable'),
  },
})

export function createMe({ sessions, tokens }: Services): Endpoint {
  return async ({ headers }) => {
    const claims = await tokens.verify(bearerToken(headers))
    const { sid, sub } = claims
    const row = namesSession(claims) ? await sessions.find(sid, sub) : undefined
    if (!row) throw new ProblemError('invalid_token', { detail: 'the session has ended' })
    return jsonOf({ user: userOf(row), session: sessionListItem(row, sid) })
  }
}

export function addMeRoute(app: App, endpoints: Endpoints): void {
  addEndpoint(app, me, endpoints.me)
}
