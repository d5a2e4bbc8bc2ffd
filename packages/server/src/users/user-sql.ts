/**
 * What changes a user, as one statement each: the row, its `ver`, the sessions that end by it and the
 * revocation that announces it, all or nothing. $1 is the user; the last one who did it, for the audit
 * log.
 */

const BANNED = (user: string): string =>
  `(${user}.banned and (${user}."banExpires" is null or ${user}."banExpires" > clock_timestamp()))`

/**
 * Locks the admins in one order before the user, so that of two admins who go at the same time one
 * stays.
 */
const TARGET = `
  admins as materialized (
    select a.id
    from "user" a
    where a.role = 'admin' and not ${BANNED('a')}
      and exists (select from "user" t where t.id = $1 and t.role = 'admin')
    order by a.id
    for update
  ),
  target as materialized (
    select u.id, u.role, u.role = 'admin' and o.others = 0 as is_last_admin
    from "user" u
    cross join (select count(*) as others from admins a where a.id <> $1) o
    where u.id = $1
    for update of u
  )`

const OUTCOME = `
select case
    when c.id is not null then 'changed'
    when t.is_last_admin then 'last_admin'
    else 'unchanged'
  end as outcome
from target t
left join changed c on c.id = t.id`

/** Ends sessions of the changed user, on our side and Better Auth's; the user's event covers them. */
const END = (reason: string, which = 'true'): string => `
  ended as (
    update countersign_sessions s
    set revoked_at = clock_timestamp(), revoke_reason = '${reason}'
    from changed c
    where s.user_id = c.id and s.revoked_at is null and ${which}
    returning s.auth_session_id
  ),
  forgotten as (
    delete from "session" a
    using ended e
    where a.id = e.auth_session_id
  )`

/** Tokens of the user with a smaller `ver` are refused; with a role, they are to be refreshed. */
const ANNOUNCE = (reason: string, act: string, role = 'null'): string => `
  announced as (
    insert into countersign_revocations (user_id, user_ver, role, reason, act)
    select c.id, c.ver, ${role}, '${reason}', ${act}::jsonb
    from changed c
  )`

/** $2 reason, $3 end or null. */
export const BAN = `
with ${TARGET},
  changed as (
    update "user" u
    set banned = true, "banReason" = $2, "banExpires" = $3, ver = u.ver + 1,
      "updatedAt" = clock_timestamp()
    from target t
    where u.id = t.id and not t.is_last_admin
    returning u.id, u.ver
  ), ${END('user_disabled')}, ${ANNOUNCE('user_disabled', '$4')}
${OUTCOME}`

export const UNBAN = `
with ${TARGET},
  changed as (
    update "user" u
    set banned = false, "banReason" = null, "banExpires" = null, ver = u.ver + 1,
      "updatedAt" = clock_timestamp()
    from target t
    where u.id = t.id and u.banned
    returning u.id, u.ver, u.role
  ), ${ANNOUNCE('user_enabled', '$2', 'c.role')}
${OUTCOME}`

/** $2 role. */
export const SET_ROLE = `
with ${TARGET},
  changed as (
    update "user" u
    set role = $2, ver = u.ver + 1, "updatedAt" = clock_timestamp()
    from target t
    where u.id = t.id and u.role <> $2 and not t.is_last_admin
    returning u.id, u.ver, u.role
  ), ${ANNOUNCE('role_changed', '$3', 'c.role')}
${OUTCOME}`

export const DELETE = `
with ${TARGET},
  changed as (
    delete from "user" u
    using target t
    where u.id = t.id and not t.is_last_admin
    returning u.id, u.ver + 1 as ver
  ), ${END('user_deleted')}, ${ANNOUNCE('user_deleted', '$2')}
${OUTCOME}`

/** Locks a user, so that the next statement sees every session that others were making. $1 user. */
export const LOCK = 'select u.id, u.email from "user" u where u.id = $1 for update'

/** Whatever a link in a mail could still do with the changed user. */
const CONSUME = `
  consumed as (
    delete from countersign_one_time_values v
    using changed c
    where v.user_id = c.id
  )`

/**
 * $2 hash of the new password, $3 the session that stays or null, $5 the hash that it replaces or null
 * for any, $6 whether all sessions stay.
 */
export const CHANGE_PASSWORD = `
with target as (
    select u.id, false as is_last_admin
    from "user" u
    where u.id = $1
    for update
  ),
  replaced as (
    update "account" a
    set password = $2, "updatedAt" = clock_timestamp()
    from target t
    where a."userId" = t.id and a."providerId" = 'credential'
      and ($5::text is null or a.password = $5)
    returning a."userId"
  ),
  changed as (
    update "user" u
    set ver = u.ver + 1, "updatedAt" = clock_timestamp()
    where u.id in (select r."userId" from replaced r)
    returning u.id, u.ver
  ), ${END('password_changed', 's.id is distinct from $3::uuid and not $6::boolean')}, ${CONSUME},
  ${ANNOUNCE('password_changed', '$4')}
${OUTCOME}`

/**
 * Gives a password to whoever reads the mail of the user's address, $4. An account that nobody had
 * confirmed was perhaps made by a stranger: what else opens it goes. No device is known any more: one
 * of them may be why. $2 hash, $5 id of an account.
 */
export const RESET_PASSWORD = `
with target as (
    select u.id, u."emailVerified" as was_verified, false as is_last_admin
    from "user" u
    where u.id = $1 and u.email = $4
    for update
  ),
  replaced as (
    update "account" a
    set password = $2, "updatedAt" = clock_timestamp()
    from target t
    where a."userId" = t.id and a."providerId" = 'credential'
    returning a."userId"
  ),
  linked as (
    insert into "account" (id, "accountId", "providerId", "userId", password, "updatedAt")
    select $5, t.id, 'credential', t.id, $2, clock_timestamp()
    from target t
    where not exists (select from replaced)
  ),
  unlinked as (
    delete from "account" a
    using target t
    where a."userId" = t.id and a."providerId" <> 'credential' and not t.was_verified
  ),
  disarmed as (
    delete from countersign_second_factors f
    using target t
    where f.user_id = t.id and not t.was_verified
  ),
  forgotten_codes as (
    delete from countersign_recovery_codes r
    using target t
    where r.user_id = t.id and not t.was_verified
  ),
  strange as (
    delete from countersign_devices d
    using target t
    where d.user_id = t.id
  ),
  changed as (
    update "user" u
    set ver = u.ver + 1, "emailVerified" = true, "updatedAt" = clock_timestamp()
    from target t
    where u.id = t.id
    returning u.id, u.ver
  ), ${END('password_changed')}, ${CONSUME}, ${ANNOUNCE('password_changed', '$3')}
${OUTCOME}`

/** For a user who lost it: `unchanged` if none is on. Sign-ins that wait for a code are taken back. */
export const RESET_SECOND_FACTOR = `
with target as (
    select u.id, false as is_last_admin
    from "user" u
    where u.id = $1
    for update
  ),
  disarmed as (
    delete from countersign_second_factors f
    using target t
    where f.user_id = t.id and f.activated_at is not null
    returning f.user_id
  ),
  forgotten_codes as (
    delete from countersign_recovery_codes r
    using disarmed d
    where r.user_id = d.user_id
  ),
  taken_back as (
    delete from countersign_one_time_values v
    using disarmed d
    where v.user_id = d.user_id and v.purpose = 'second_factor'
  ),
  changed as (
    update "user" u
    set ver = u.ver + 1, "updatedAt" = clock_timestamp()
    from disarmed d
    where u.id = d.user_id
    returning u.id, u.ver
  ), ${END('revoked')}, ${ANNOUNCE('revoked', '$2')}
${OUTCOME}`

/**
 * Moves a user from one address, $2, to another that nobody has, $3. $5 whether the old one agreed: one
 * that was confirmed since the change was asked for has to.
 */
export const CHANGE_EMAIL = `
with target as (
    select u.id, false as is_last_admin
    from "user" u
    where u.id = $1 and u.email = $2 and ($5::boolean or not u."emailVerified")
      and not exists (select from "user" o where o.email = $3)
    for update
  ),
  changed as (
    update "user" u
    set email = $3, "emailVerified" = true, ver = u.ver + 1, "updatedAt" = clock_timestamp()
    from target t
    where u.id = t.id
    returning u.id, u.ver, u.role
  ), ${CONSUME}, ${ANNOUNCE('email_changed', '$4', 'c.role')}
${OUTCOME}`

/** After Better Auth deleted a user. $1 user, $2 the `ver` that the row had. */
export const DELETED = `
with changed as (
    select $1::text as id, $2::integer + 1 as ver
  ), ${END('user_deleted')}, ${ANNOUNCE('user_deleted', 'null')}
select c.id from changed c`

const SUMMARY = `
select u.id, u.email, u.name, u.role, ${BANNED('u')} as banned, u."banReason" as ban_reason,
  u."banExpires" as ban_expires, u."createdAt" as created_at
from "user" u`

/** $1 address in lower case. */
export const FIND_BY_EMAIL = `${SUMMARY} where u.email = $1`

/** $1 the address after which the page begins, $2 how many. */
export const LIST = `${SUMMARY} where u.email > $1 order by u.email limit $2`
