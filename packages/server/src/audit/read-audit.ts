import type { Queryable, Statement } from '../database/database.js'
import { CursorError, conditions, type Position, pageOf, readCursor } from '../database/page.js'
import type { AuditRow } from './audit-rows.js'

/** Which lines, the newest first unless it is said otherwise. */
export interface AuditQuery {
  readonly event?: string | undefined
  /** An id or an address. */
  readonly user?: string | undefined
  /** An id, an address or `system:cli`. */
  readonly actor?: string | undefined
  readonly session?: string | undefined
  readonly from?: Date | undefined
  /** Before this instant. */
  readonly to?: Date | undefined
  readonly cursor?: string | undefined
  readonly limit: number
  readonly oldestFirst?: boolean | undefined
}

/**
 * A page of the audit log.
 * @throws CursorError for a cursor that no page ended with
 */
export async function readAudit(database: Queryable, query: AuditQuery) {
  const rows = await database.query<AuditRow>(pageStatement(query))
  return pageOf(rows, query.limit, ({ at, id }): Position => [at, id])
}

function pageStatement(query: AuditQuery): Statement {
  const { event, user, actor, session, from, to, cursor, limit, oldestFirst = false } = query
  const sql = conditions()
  if (event !== undefined) sql.add('a.event = ?', event)
  if (user !== undefined) sql.add(`a.user_id = ${WHO}`, user, user)
  if (actor !== undefined) sql.add(`a.actor_id = ${WHO}`, actor, actor)
  if (session !== undefined) sql.add('a.session_id = ?', session)
  if (from !== undefined) sql.add('a.at >= ?::timestamptz', from)
  if (to !== undefined) sql.add('a.at < ?::timestamptz', to)
  const compare = oldestFirst ? '>' : '<'
  if (cursor !== undefined) {
    sql.add(`(a.at, a.id) ${compare} (?::timestamptz, ?::bigint)`, ...positionOf(cursor))
  }
  const direction = oldestFirst ? 'asc' : 'desc'
  const text = `
with page as materialized (
  select a.*
  from countersign_audit a
  ${sql.where()}
  order by a.at ${direction}, a.id ${direction}
  limit ${sql.parameter(limit + 1)}
)
select p.id::text as id, ${INSTANT} as at, p.event, p.user_id, u.email as user_email, p.actor_id,
  b.email as actor_email, p.session_id, p.client_id, p.ip, p.user_agent, p.request_id, p.detail
from page p
left join "user" u on u.id = p.user_id
left join "user" b on b.id = p.actor_id
order by p.at ${direction}, p.id ${direction}`
  return { text, values: sql.values }
}

/** People name each other by address. */
const WHO = `coalesce((select w.id from "user" w where w.email = lower(?)), ?)`

const INSTANT = `to_char(p.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

function positionOf(cursor: string): Position {
  const position = readCursor(cursor)
  const [at = '', id = ''] = position ?? []
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at) || !/^\d{1,18}$/.test(id)) {
    throw new CursorError('this is not a cursor of the audit log')
  }
  if (Number.isNaN(Date.parse(at))) throw new CursorError('this is not a cursor of the audit log')
  return [at, id]
}
