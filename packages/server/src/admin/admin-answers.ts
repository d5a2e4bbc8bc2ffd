import { auditLine } from '../audit/audit-rows.js'
import { readAudit } from '../audit/read-audit.js'
import type { Services } from '../http/services.js'
import { sessionListItem } from '../http/session-answer.js'
import { findUser, type UserDetailRow } from './user-detail.js'
import type { UserListRow } from './user-list.js'

const EXTRACT = 20

type UserRow = Omit<UserListRow, 'sessions' | 'last_seen_at' | 'position'>

function userFields(row: UserRow) {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    image: row.image,
    role: row.role,
    emailVerified: row.email_verified,
    banned: row.banned,
    banReason: row.banned ? row.ban_reason : null,
    banExpiresAt: row.banned ? (row.ban_expires?.toISOString() ?? null) : null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function listedUser(row: UserListRow) {
  const { sessions, last_seen_at } = row
  return { ...userFields(row), sessions, lastSeenAt: last_seen_at?.toISOString() ?? null }
}

/** A user with everything that an administrator sees on one page; `undefined` without such a user. */
export async function userDetail(
  { database, sessions }: Services,
  userId: string,
  currentSessionId: string,
) {
  const row = await findUser(database, userId)
  if (!row) return undefined
  const about = { user: userId, limit: EXTRACT }
  const [live, signIns, events] = await Promise.all([
    sessions.list(userId),
    readAudit(database, { ...about, event: 'sign_in.succeeded' }),
    readAudit(database, about),
  ])
  return {
    user: detailFields(row),
    sessions: live.map((session) => sessionListItem(session, currentSessionId)),
    signIns: signIns.rows.map(auditLine),
    events: events.rows.map(auditLine),
  }
}

function detailFields(row: UserDetailRow) {
  const { has_password: hasPassword, has_second_factor: hasSecondFactor, providers } = row
  return { ...userFields(row), hasPassword, hasSecondFactor, providers: [...providers] }
}
