import { createRoute } from '@hono/zod-openapi'
import { PASSWORD_PROVIDER } from '../../social/social-accounts.js'
import { actOf } from '../act-of.js'
import { authenticateSession } from '../authenticate-session.js'
import { jsonAnswer, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import type { App, Services } from '../services.js'
import { AccountId, AccountList } from '../social-schemas.js'

const REFUSALS = problems(
  ...(['invalid_request', 'missing_token', 'invalid_token', 'refresh_invalid'] as const),
  ...(['refresh_reused', 'session_ended', 'service_unavailable'] as const),
)
const security = [{ refreshToken: [] }, { refreshCookie: [] }]

const list = createRoute({
  method: 'get',
  path: '/accounts',
  summary: 'The accounts at providers by which the user signs in',
  security,
  responses: { 200: jsonAnswer(AccountList, 'The oldest comes first'), ...REFUSALS },
})

const unlink = createRoute({
  method: 'delete',
  path: '/accounts/{id}',
  summary: 'Forget an account at a provider',
  security,
  request: { params: AccountId },
  responses: {
    204: { description: 'Forgotten' },
    ...REFUSALS,
    ...problems('csrf_rejected', 'payload_too_large', 'unsupported_media_type'),
    ...problems('not_found', 'last_sign_in_method'),
  },
})

export function addAccountsRoutes(app: App, services: Services): void {
  const { social, audit } = services

  app.openapi(list, async (c) => {
    const { user_id: userId } = await authenticateSession(c, services)
    const rows = await social.list(userId)
    const linked = rows.filter(({ provider }) => provider !== PASSWORD_PROVIDER)
    const accounts = linked.map(({ id, provider, created_at }) => ({
      ...{ id, provider },
      createdAt: created_at.toISOString(),
    }))
    return c.json({ accounts, hasPassword: linked.length < rows.length }, 200)
  })

  app.openapi(unlink, async (c) => {
    const { user_id: userId, id: sessionId } = await authenticateSession(c, services)
    const { outcome, provider } = await social.unlink(userId, c.req.valid('param').id)
    if (outcome === 'unknown') throw new ProblemError('not_found')
    if (outcome === 'last') throw new ProblemError('last_sign_in_method')
    const who = { userId, actorId: userId, sessionId, ...actOf(c.get('caller')) }
    await audit.record({ event: 'account.unlinked', ...who, detail: { provider } })
    return c.body(null, 204)
  })
}
