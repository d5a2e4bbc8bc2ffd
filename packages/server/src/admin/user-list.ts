import type { Queryable, Statement } from '../database/database.js'
import { CursorError, conditions, type Position, pageOf, readCursor } from '../database/page.js'

/** What a list of users may be sorted by; the smallest first, with `-` the greatest. */
export const USER_SORTS = ['created', '-created', 'email', '-email', 'name', '-name'] as const
export type UserSort = (typeof USER_SORTS)[number]

export interface UserQuery {
  /** A part of the address or the name, or a whole id. */
  readonly query?: string | undefined
  readonly role?: string | undefined
  readonly banned?: boolean | undefined
  readonly sort: UserSort
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface UserListRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly image: string | null
  readonly role: string
  readonly email_verified: boolean
  readonly banned: boolean
  readonly ban_reason: string | null
  readonly ban_expires: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  /** Sessions that are alive. */
  readonly sessions: number
  readonly last_seen_at: Date | null
  /** The value that the list is sorted by. */
  readonly position: string
}

/** Column and the type that compares it, by the name of a sort. */
const SORTED = {
  created: ['u."createdAt"', 'timestamptz', instant('u."createdAt"')],
  email: ['u.email', 'text', 'u.email'],
  name: ['u.name', 'text', 'u.name'],
} as const

/**
 * A page of users.
 * @throws CursorError for a cursor that no page of this sort ended with
 */
export async function listUsers(database: Queryable, query: UserQuery) {
  const rows = await database.query<UserListRow>(pageStatement(query))
  return pageOf(rows, query.limit, ({ position, id }): Position => [position, id])
}

function pageStatement({ query, role, banned, sort, cursor, limit }: UserQuery): Statement {
  const descending = sort.startsWith('-')
  const name = sort.replace('-', '') as keyof typeof SORTED
  const [column, type, position] = SORTED[name]
  const direction = descending ? 'desc' : 'asc'
  const sql = conditions()
  if (query !== undefined) sql.add(MATCHES, query, query, query)
  if (role !== undefined) sql.add('u.role = ?', role)
  if (banned !== undefined) sql.add(banned ? BANNED : `not ${BANNED}`)
  if (cursor !== undefined) {
    const compare = descending ? '<' : '>'
    sql.add(`(${column}, u.id) ${compare} (?::${type}, ?)`, ...positionOf(cursor, type))
  }
  const text = `
with page as materialized (
  select u.*, ${position} as position, ${BANNED} as is_banned
  from "user" u
  ${sql.where()}
  order by ${column} ${direction}, u.id ${direction}
  limit ${sql.parameter(limit + 1)}
)
select u.id, u.email, u.name, u.image, u.role, u."emailVerified" as email_verified,
  u.is_banned as banned, u."banReason" as ban_reason, u."banExpires" as ban_expires,
  u."createdAt" as created_at, u."updatedAt" as updated_at, u.position,
  l.sessions::integer as sessions, l.last_seen_at
from page u
cross join lateral (
  select count(*) filter (where ${LIVE}) as sessions, max(s.rotated_at) as last_seen_at
  from countersign_sessions s
  where s.user_id = u.id
) l
order by ${column} ${direction}, u.id ${direction}`
  return { text, values: sql.values }
}

/** No pattern: what people type may hold `%`. */
const MATCHES = `(position(lower(?) in u.email) > 0 or position(lower(?) in lower(u.name)) > 0 or u.id = ?)`

const BANNED = `(u.banned and (u."banExpires" is null or u."banExpires" > clock_timestamp()))`

const LIVE = `s.revoked_at is null and s.expires_at > clock_timestamp()
    and s.rotated_at + make_interval(secs => s.idle_seconds) > clock_timestamp()`

function instant(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}

function positionOf(cursor: string, type: string): Position {
  const position = readCursor(cursor)
  const isRight = type === 'text' || !Number.isNaN(Date.parse(position?.[0] ?? ''))
  if (!position || !isRight) throw new CursorError('this is not a cursor of this list')
  return position
}
