import type { AuditDetail } from '../src/audit/act.js'
import type { Database } from '../src/database/database.js'

export interface AuditLine {
  readonly event: string
  readonly user_id: string | null
  readonly actor_id: string | null
  readonly session_id: string | null
  readonly client_id: string | null
  readonly ip: string | null
  readonly user_agent: string | null
  readonly request_id: string | null
  readonly detail: AuditDetail
}

interface Which {
  readonly userId?: string
  readonly clientId?: string
  readonly requestId?: string
}

/** The lines about somebody or something, oldest first; all of them unless it is named. */
export function auditOf(database: Database, which: Which = {}): Promise<AuditLine[]> {
  const { userId = null, clientId = null, requestId = null } = which
  return database.query<AuditLine>({
    text: `select event, user_id, actor_id, session_id, client_id, ip, user_agent, request_id, detail
           from countersign_audit
           where ($1::text is null or user_id = $1) and ($2::text is null or client_id = $2)
             and ($3::text is null or request_id = $3)
           order by id`,
    values: [userId, clientId, requestId],
  })
}
