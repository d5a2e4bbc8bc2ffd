import { FIND_HASH } from '../accounts/account-sql.js'
import type { AuditEvent } from '../audit/events.js'
import type { RotationRow } from '../sessions/session-rows.js'
import { actOf } from './act-of.js'
import { auditRefusal } from './audit-refusal.js'
import { ProblemError } from './problem-error.js'
import type { AppContext, Services } from './services.js'

/**
 * Asks the user of a session for the password again, before what a stolen session must not do.
 * @returns the hash that it matched
 * @throws ProblemError `invalid_credentials`, `rate_limited`
 */
export async function provePassword(
  c: AppContext,
  services: Services,
  session: RotationRow,
  { password, refusedAs }: { readonly password: string; readonly refusedAs: AuditEvent },
): Promise<string> {
  const { database, passwords, limits } = services
  const { user_id: userId } = session
  const refused = { event: refusedAs, ...actOfSession(c, session), userId }
  return auditRefusal(services, refused, async () => {
    const attempt = await limits.check(userId, limitedBy(c, session))
    return attempt.judge(async () => {
      const values = [userId]
      const [row] = await database.query<{ hash: string | null }>({ text: FIND_HASH, values })
      const hash = row?.hash ?? undefined
      const isRight = await passwords.verifyAlways({ hash, password })
      if (!isRight || hash === undefined) throw new ProblemError('invalid_credentials')
      return hash
    })
  })
}

/** Who acts, for the audit log: a user, on the own account. */
export function actOfSession(c: AppContext, { id, user_id: actorId, client_id }: RotationRow) {
  return { ...actOf(c.get('caller')), clientId: client_id, actorId, sessionId: id, bySelf: true }
}

/** A web server calls for many people, whose address it cannot state without its own credential. */
export function limitedBy(c: AppContext, { id }: RotationRow): string | undefined {
  const { fromBrowser, ip } = c.get('caller')
  return fromBrowser ? ip : `session ${id}`
}
