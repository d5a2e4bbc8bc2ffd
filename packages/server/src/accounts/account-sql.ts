/** Statements of what people do with their own accounts. */

/**
 * What a password is checked against. Always one row, so that nobody can tell by the work done whether
 * an address is known. Beside it the newest password of a sign-up that waits for its address to be
 * confirmed, or would if the address were not known: it opens nothing. $1 address.
 */
export const FIND_CREDENTIAL = `
select u.id, u.email, u."emailVerified" as email_verified, u.ver, a.password as hash,
  u.banned and (u."banExpires" is null or u."banExpires" > clock_timestamp()) as banned,
  f.user_id is not null as has_second_factor, p.hash as pending_hash
from (select) one
left join "user" u on u.email = $1
left join "account" a on a."userId" = u.id and a."providerId" = 'credential'
left join countersign_second_factors f on f.user_id = u.id and f.activated_at is not null
left join lateral (
  select v.payload ->> 'passwordHash' as hash
  from countersign_one_time_values v
  where v.user_id = 'sign_up:' || $1 and v.purpose in ('sign_up', 'nothing')
    and v.payload ->> 'passwordHash' is not null and v.expires_at > clock_timestamp()
  order by v.created_at desc
  limit 1
) p on true
limit 1`

/** The hash of a user's password. $1 user. */
export const FIND_HASH = `
select a.password as hash
from "account" a
where a."userId" = $1 and a."providerId" = 'credential'`

/** Stores a better hash of the same password, unless it was changed meanwhile. $1 user, $2 old, $3 new. */
export const REHASH = `
update "account" a
set password = $3
where a."userId" = $1 and a."providerId" = 'credential' and a.password = $2`

/** $1 address. */
export const FIND_ACCOUNT = `
select u.id, u.email, u."emailVerified" as email_verified
from "user" u
where u.email = $1`

/** What the newest sign-up says that waits for an address, and of how many. $1 owner of their values. */
export const FIND_PENDING = `
with waiting as (
  select v.payload, v.created_at
  from countersign_one_time_values v
  where v.user_id = $1 and v.purpose = 'sign_up' and v.expires_at > clock_timestamp()
)
select w.payload,
  (select count(distinct r.payload ->> 'passwordHash')::integer from waiting r) as rivals
from waiting w
order by w.created_at desc
limit 1`

/**
 * Makes an account whose address was confirmed, and forgets the rivals that waited for it. No row if
 * the address is taken. $1 user, $2 name, $3 address, $4 hash or null, $5 account, $6 owner of the
 * values that waited.
 */
export const CREATE_ACCOUNT = `
with made as (
  insert into "user" (id, name, email, "emailVerified")
  values ($1, $2, $3, true)
  on conflict (email) do nothing
  returning id
),
linked as (
  insert into "account" (id, "accountId", "providerId", "userId", password, "updatedAt")
  select $5, m.id, 'credential', m.id, $4, clock_timestamp()
  from made m
  where $4::text is not null
),
forgotten as (
  delete from countersign_one_time_values v
  where v.user_id = $6 and v.purpose = 'sign_up'
)
select m.id from made m`

/** $1 user, $2 the address that was confirmed: another one meanwhile is not. */
export const VERIFY_EMAIL = `
update "user" u
set "emailVerified" = true, "updatedAt" = clock_timestamp()
where u.id = $1 and u.email = $2
returning u.id`
