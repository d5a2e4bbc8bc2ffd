/**
 * The rotation state machine as SQL (`spec/protocol.md`, "Rotation"; first match wins).
 *
 * One statement, so that concurrent requests are decided by the row lock and nothing else is read.
 * The clock is taken after the lock was granted: a request that waited for another one's rotation
 * must see its age, not the time at which it began to wait.
 */

/** Columns of the user that a session answer and an access token need. */
const USER_COLUMNS = `
    u.id as user_row_id, u.email, u.name, u.image, u."emailVerified" as email_verified, u.role,
    u.ver, u."createdAt" as user_created_at, u."updatedAt" as user_updated_at,
    u.banned and (u."banExpires" is null or u."banExpires" > clock_timestamp()) as disabled`

/** $1 session id, $2 hash of the salt, $3 presented generation. */
const PRESENTED = (lock: string): string => `
  presented as materialized (
    select s.*, ${USER_COLUMNS}
    from countersign_sessions s
    left join "user" u on u.id = s.user_id
    where s.id = $1 and s.salt_hash = $2
    ${lock}
  ),
  clocked as materialized (
    select p.*, clock_timestamp() as now from presented p
  ),
  aged as materialized (
    select c.*,
      greatest(0, extract(epoch from c.now - c.rotated_at)) as age,
      greatest(0, extract(epoch from c.now - c.parent_used_at)) as parent_age,
      case
        when c.revoked_at is not null then c.revoke_reason
        when c.user_row_id is null then 'user_deleted'
        when c.disabled then 'user_disabled'
        when c.now >= c.expires_at then 'expired'
        when c.now >= c.rotated_at + make_interval(secs => c.idle_seconds) then 'idle_timeout'
      end as ended_because
    from clocked c
  )`

/** $4 client (null: any), $5 coalesce, $6 grace, $7 recovery (seconds), $8 end of a declared failover. */
const JUDGED = `
  judged as materialized (
    select a.*, case
      when a.client_id <> $4 then 'wrong_client'
      when a.ended_because is not null then 'ended'
      when $3 > a.gen and a.now < $8::timestamptz then 'fast_forward'
      when $3 > a.gen then 'ahead'
      when $3 = a.gen and a.age < $5 then 'coalesce'
      when $3 = a.gen then 'rotate'
      when $3 >= a.parent_gen and a.age < $6 then 'replay'
      when $3 = a.parent_gen and a.parent_age < $7 then 'recover'
      when $3 = a.parent_gen and $7 > 0 then 'recovery_expired'
      else 'reuse'
    end as outcome
    from aged a
  )`

/** One column instead of sixteen: describing and parsing them costs the driver more than the JSON. */
const asJson = (rows: string): string => `
select row_to_json(answer) as answer from (${rows}
) answer`

const ANSWER = (gen: string, rotatedAt: string): string => `
  select j.outcome, j.ended_because, j.id, j.client_id, j.remember, ${gen} as gen,
    floor(least(
      extract(epoch from j.expires_at - j.now),
      extract(epoch from ${rotatedAt} - j.now) + j.idle_seconds
    ))::integer as expires_in,
    j.user_id, j.email, j.name, j.image, j.email_verified, j.role, j.ver,
    j.user_created_at, j.user_updated_at
  from judged j`

/** Decides, writes and answers a refresh. */
export const ROTATE = `
with ${PRESENTED('for update of s')}, ${JUDGED},
  written as (
    update countersign_sessions s set
      gen = case j.outcome
        when 'rotate' then j.gen + 1
        when 'recover' then j.gen + 1
        when 'fast_forward' then $3 + 1
        else j.gen end,
      parent_gen = case when j.outcome in ('rotate', 'fast_forward') then j.gen else j.parent_gen end,
      rotated_at = case
        when j.outcome in ('rotate', 'recover', 'fast_forward') then j.now else j.rotated_at end,
      parent_used_at = case
        when j.outcome in ('rotate', 'fast_forward') then j.now else j.parent_used_at end,
      revoked_at = case when j.outcome in ('reuse', 'recovery_expired') then j.now end,
      revoke_reason = case j.outcome
        when 'reuse' then 'refresh_reuse'
        when 'recovery_expired' then 'recovery_expired' end
    from judged j
    where s.id = j.id
      and j.outcome in ('rotate', 'recover', 'fast_forward', 'reuse', 'recovery_expired')
    returning s.gen, s.rotated_at
  ),
  announced as (
    insert into countersign_revocations (session_id, user_id, reason)
    select j.id, j.user_id,
      case j.outcome when 'reuse' then 'refresh_reuse' else 'recovery_expired' end
    from judged j
    where j.outcome in ('reuse', 'recovery_expired')
  ),
  forgotten as (
    delete from "session" a using judged j
    where a.id = j.auth_session_id and j.outcome in ('reuse', 'recovery_expired')
  )
${asJson(`${ANSWER('coalesce(w.gen, j.gen)', 'coalesce(w.rotated_at, j.rotated_at)')}
  left join written w on true`)}`

/** The same decision without writing: who holds this token, and is the session alive? */
export const INSPECT = `
with ${PRESENTED('')}, ${JUDGED}
${asJson(ANSWER('j.gen', 'j.rotated_at'))}`

/**
 * Turns a session of Better Auth into one of ours.
 * $1 id, $2 Better Auth's session token, $3 client, $4 hash of the salt, $5 absolute seconds,
 * $6 idle seconds, $7 remember, $8 user agent, $9 address, $10 the act, for the audit log: there is no
 * session without its line there; $11 the "ver" of the credentials that were checked, or null. The
 * user is locked: a change of the password ends this session, or there is none.
 */
export const CREATE = `
with created as (
  insert into countersign_sessions
    (id, user_id, auth_session_id, client_id, salt_hash, expires_at, idle_seconds, remember,
     user_agent, ip)
  select $1, a."userId", a.id, $3, $4, clock_timestamp() + make_interval(secs => $5), $6, $7, $8, $9
  from "session" a
  join "user" u on u.id = a."userId"
  where a.token = $2
    and not (u.banned and (u."banExpires" is null or u."banExpires" > clock_timestamp()))
    and ($11::integer is null or u.ver = $11)
  for key share of u
  returning *
),
audited as (
  insert into countersign_audit
    (event, user_id, actor_id, session_id, client_id, ip, user_agent, request_id, detail)
  select coalesce($10::jsonb ->> 'event', 'sign_in.succeeded'), c.user_id, c.user_id, c.id,
    c.client_id, c.ip, c.user_agent, $10::jsonb ->> 'requestId',
    jsonb_build_object('remember', c.remember) || coalesce($10::jsonb -> 'detail', '{}')
  from created c
)
${asJson(`
  select 'created' as outcome, null as ended_because, c.id, c.client_id, c.remember, c.gen,
  floor(least($5::float8, c.idle_seconds))::integer as expires_in,
  c.user_id, u.email, u.name, u.image, u."emailVerified" as email_verified, u.role, u.ver,
  u."createdAt" as user_created_at, u."updatedAt" as user_updated_at
from created c
join "user" u on u.id = c.user_id`)}`
