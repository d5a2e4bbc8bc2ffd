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
