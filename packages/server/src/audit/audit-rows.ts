import type { AuditDetail } from './act.js'

/** A line of the audit log as it is read. */
export interface AuditRow {
  /** Whole number as text. */
  readonly id: string
  /** ISO 8601 in UTC, to the microsecond. */
  readonly at: string
  readonly event: string
  readonly user_id: string | null
  readonly user_email: string | null
  readonly actor_id: string | null
  readonly actor_email: string | null
  readonly session_id: string | null
  readonly client_id: string | null
  readonly ip: string | null
  readonly user_agent: string | null
  readonly request_id: string | null
  readonly detail: AuditDetail
}

/** The line as programs get it. */
export function auditLine(row: AuditRow) {
  return {
    id: row.id,
    at: row.at,
    event: row.event,
    userId: row.user_id,
    userEmail: row.user_email,
    actorId: row.actor_id,
    actorEmail: row.actor_email,
    sessionId: row.session_id,
    clientId: row.client_id,
    ip: row.ip,
    userAgent: row.user_agent,
    requestId: row.request_id,
    detail: row.detail,
  }
}

export type AuditLine = ReturnType<typeof auditLine>
