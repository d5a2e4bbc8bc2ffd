import type { AuditEvent } from './events.js'

/** What more there is to say. Never a token, a password, a hash or an address of a person. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null>>

/** Who did something, from where, and what more there is to say of it. */
export interface Act {
  /** The user who acted, or `system:cli`. */
  readonly actorId?: string | undefined
  /** The user whom it concerns acted. */
  readonly bySelf?: boolean | undefined
  /** The session with which it was done. */
  readonly sessionId?: string | undefined
  readonly clientId?: string | undefined
  readonly ip?: string | undefined
  readonly userAgent?: string | undefined
  readonly requestId?: string | undefined
  readonly detail?: AuditDetail | undefined
}

/** One row to be. */
export interface AuditRecord extends Omit<Act, 'bySelf'> {
  readonly event: AuditEvent
  /** The user whom it concerns. */
  readonly userId?: string | undefined
  /** The address somebody gave, where the user is not known: kept as the user's id, or as a hash. */
  readonly email?: string | undefined
}

/** What an operator does at the command line. */
export const BY_CLI: Act = { actorId: 'system:cli' }

const TEXT_LENGTH = 500

/** An act as the triggers and statements of the database read it; `null` if nothing is known. */
export function actJson(act: Act | undefined): string | null {
  if (!act) return null
  const { actorId, bySelf, sessionId, clientId, ip, userAgent, requestId, detail } = act
  return JSON.stringify({
    actor: actorId,
    bySelf,
    session: sessionId,
    client: clientId,
    ip,
    userAgent,
    requestId,
    detail: detail && cleanDetail(detail),
  })
}

/** JSON of the database takes no NUL and no half of a character; nothing here is long. */
export function cleanDetail(detail: AuditDetail = {}): AuditDetail {
  const clean = (value: AuditDetail[string]) =>
    typeof value === 'string' ? value.replace(/\p{Cc}|\p{Cs}/gu, '').slice(0, TEXT_LENGTH) : value
  return Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, clean(value)]))
}
