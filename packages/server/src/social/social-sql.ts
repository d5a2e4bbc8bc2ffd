/** Statements of accounts at providers. */

/**
 * Makes whoever comes with the same account wait for each other, until their transactions end.
 * $1 provider, $2 account there.
 */
export const LOCK_ACCOUNT = `
select pg_advisory_xact_lock(hashtextextended('countersign account ' || $1 || ' ' || $2, 0))`

/**
 * Whose account it is, or becomes. An address makes a user, or leads to one, only if the provider
 * has verified it; to one who is there only if that address was verified here as well: else whoever
 * signed up with somebody's address first would share the account with them (GHSA-g38m-r43w-p2q7).
 * $1 provider, $2 account there, $3 address, $4 whether it is verified, $5 name, $6 image,
 * $7 id of a new user, $8 id of a new account.
 */
export const SIGN_IN = `
with known as materialized (
    select a."userId" as id
    from "account" a
    where a."providerId" = $1 and a."accountId" = $2
  ),
  holder as materialized (
    select u.id, u."emailVerified" as is_verified
    from "user" u
    where u.email = $3 and $4::boolean and not exists (select from known)
  ),
  made as (
    insert into "user" (id, email, name, image, "emailVerified")
    select $7, $3, $5, $6, true
    where $4::boolean
      and not exists (select from known)
      and not exists (select from holder)
    on conflict (email) do nothing
    returning id
  ),
  linked as (
    insert into "account" (id, "providerId", "accountId", "userId", "updatedAt")
    select $8, $1, $2, owner.id, clock_timestamp()
    from (
      select m.id from made m
      union all
      select h.id from holder h where h.is_verified
    ) owner
    returning "userId" as id
  )
select
  case
    when exists (select from known) then 'known'
    when exists (select from made) then 'made'
    when exists (select from linked) then 'linked'
    when not $4::boolean then 'unverified_there'
    when exists (select from holder) then 'unverified_here'
    else 'again'
  end as outcome,
  coalesce((select k.id from known k), (select l.id from linked l)) as user_id`

/** $1 user. */
export const LIST_ACCOUNTS = `
select a.id, a."providerId" as provider, a."createdAt" as created_at
from "account" a
where a."userId" = $1 and (a."providerId" <> 'credential' or a.password is not null)
order by a."createdAt", a.id`

/** Makes acts on the ways in of one user wait for each other. $1 user. */
export const LOCK_USER = `
select u.id from "user" u where u.id = $1 for update`

/** A password is not unlinked but changed. $1 user, $2 account. */
export const UNLINK = `
with ways as materialized (
    select count(*) as left
    from "account" a
    where a."userId" = $1 and (a."providerId" <> 'credential' or a.password is not null)
  ),
  target as materialized (
    select a.id
    from "account" a
    where a.id = $2 and a."userId" = $1 and a."providerId" <> 'credential'
  ),
  gone as (
    delete from "account" a
    using target t, ways w
    where a.id = t.id and w.left > 1
    returning a."providerId" as provider
  )
select
  case
    when exists (select from gone) then 'unlinked'
    when exists (select from target) then 'last'
    else 'unknown'
  end as outcome,
  (select g.provider from gone g) as provider`

/** Only of somebody who is not banned. $1 user. */
export const FIND_VER = `
select u.ver
from "user" u
where u.id = $1
  and not (u.banned and (u."banExpires" is null or u."banExpires" > clock_timestamp()))`
