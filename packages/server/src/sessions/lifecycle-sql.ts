/** Statements that list, end and clear away sessions. */

const LIVE = `
  s.revoked_at is null
  and s.expires_at > clock_timestamp()
  and s.rotated_at + make_interval(secs => s.idle_seconds) > clock_timestamp()`

/** Live sessions of a user, the one used last first. $1 user. */
export const LIST = `
select s.id, s.created_at, s.expires_at, s.rotated_at as last_seen_at, s.user_agent, s.ip,
  s.client_id, s.remember
from countersign_sessions s
where s.user_id = $1 and ${LIVE}
order by s.rotated_at desc
limit 200`

/** One session with its user, for `/me`. $1 session, $2 user. */
export const FIND = `
select s.id, s.created_at, s.expires_at, s.rotated_at as last_seen_at, s.user_agent, s.ip,
  s.client_id, s.remember, s.user_id, u.email, u.name, u.image,
  u."emailVerified" as email_verified, u.role, u.ver,
  u."createdAt" as user_created_at, u."updatedAt" as user_updated_at
from countersign_sessions s
join "user" u on u.id = s.user_id
where s.id = $1 and s.user_id = $2 and ${LIVE}
  and not (u.banned and (u."banExpires" is null or u."banExpires" > clock_timestamp()))`

/**
 * Ends sessions, announces it and forgets Better Auth's side, all or nothing. $1 is the reason, $2 who
 * did it, for the audit log.
 */
const end = (which: string): string => `
with ended as (
  update countersign_sessions s
  set revoked_at = clock_timestamp(), revoke_reason = $1
  where s.revoked_at is null and ${which}
  returning s.id, s.user_id, s.auth_session_id
),
announced as (
  insert into countersign_revocations (session_id, user_id, reason, act)
  select e.id, e.user_id, $1, $2::jsonb from ended e
),
forgotten as (
  delete from "session" a using ended e where a.id = e.auth_session_id
)
select e.id from ended e`

/** $3 session, $4 hash of its salt: whoever holds any generation of the token may end it. */
export const END_BY_TOKEN = end('s.id = $3 and s.salt_hash = $4')

/** $3 session, $4 user. */
export const END_OF_USER = end('s.id = $3 and s.user_id = $4')

/** $3 session, $4 hash of its salt, $5 client: as above, if it is the client's own. */
export const END_BY_TOKEN_OF_CLIENT = end('s.id = $3 and s.salt_hash = $4 and s.client_id = $5')

/** $3 session, $4 user, $5 client. */
export const END_OF_CLIENT = end('s.id = $3 and s.user_id = $4 and s.client_id = $5')

/** $3 user, $4 the session that stays. */
export const END_OTHERS = end('s.user_id = $3 and s.id <> $4')

/** $3 user. */
export const END_ALL_OF = end('s.user_id = $3')

/** $3 session id of Better Auth, which ended it by its own means. */
export const END_BY_AUTH_SESSION = end('s.auth_session_id = $3')

/**
 * Revocations outlive every access token they concern. A clock that stands still during a statement
 * lets it use an index.
 */
export const PURGE_REVOCATIONS =
  "delete from countersign_revocations where at < statement_timestamp() - interval '25 hours'"

/** Rows that no answer needs any more. */
export const PURGE = [
  `delete from countersign_sessions where expires_at < statement_timestamp() - interval '7 days'`,
  `delete from "session" where "expiresAt" < clock_timestamp()`,
  PURGE_REVOCATIONS,
] as const
