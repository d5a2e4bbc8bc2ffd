import type { AuditEvent } from '../audit/events.js'
import type { Judgement, Outcome } from '../sessions/session-rows.js'
import { actOf } from './act-of.js'
import type { Caller } from './caller.js'
import type { Services } from './services.js'

/** What an honest client does rarely or never. A rotation leaves no line: there are too many. */
const ANOMALIES: Partial<Record<Outcome, AuditEvent>> = {
  recover: 'refresh.recover',
  recovery_expired: 'refresh.recovery_expired',
  reuse: 'refresh.reuse',
  ahead: 'refresh.ahead',
  fast_forward: 'refresh.fast_forward',
  wrong_client: 'refresh.wrong_client',
}

/**
 * Writes down from where an unusual refresh came, once a minute for each session. That a reuse ended
 * the session is not lost with it: the statement which ended it wrote that.
 */
export async function auditAnomaly(
  judgement: Judgement,
  caller: Caller & { readonly clientId?: string },
  { audit }: Pick<Services, 'audit'>,
): Promise<void> {
  const event = ANOMALIES[judgement.outcome as Outcome]
  if (!event || judgement.outcome === 'unknown') return
  const { id: sessionId, user_id: userId, gen } = judgement.row
  const record = { event, userId, sessionId, ...actOf(caller), detail: { gen } }
  await audit.recordSometimes(`${event} ${sessionId}`, record)
}
