import type { RotationRow } from '../sessions/session-rows.js'
import { actOf } from './act-of.js'
import { authenticateSession } from './authenticate-session.js'
import { ProblemError } from './problem-error.js'
import type { AppContext, Services } from './services.js'

/** The one role that administers users. */
const ADMIN_ROLE = 'admin'

/**
 * The session of an administrator. Its role is what the database says now, whatever its tokens say.
 * @throws ProblemError `insufficient_role`, and what `authenticateSession` throws
 */
export async function requireAdmin(c: AppContext, services: Services): Promise<RotationRow> {
  const session = await authenticateSession(c, services)
  if (session.role === ADMIN_ROLE) return session
  const { method, path } = c.req
  const who = { userId: session.user_id, actorId: session.user_id, sessionId: session.id }
  await services.audit.recordSometimes(`admin ${session.id}`, {
    event: 'admin.refused',
    ...who,
    ...actOf(c.get('caller')),
    detail: { method, path },
  })
  throw new ProblemError('insufficient_role')
}
