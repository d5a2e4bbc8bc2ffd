/** Statements of second factors. $1 is the user. */

/** Keeps a secret until its user proves to have it; not in place of one that is on. $2 sealed secret. */
export const ENROLL = `
insert into countersign_second_factors (user_id, sealed_secret)
values ($1, $2)
on conflict (user_id) do update
set sealed_secret = excluded.sealed_secret, last_step = 0, created_at = clock_timestamp()
where countersign_second_factors.activated_at is null
returning user_id`

export const FIND_FACTOR = `
select f.sealed_secret, f.activated_at is not null as is_active,
  (select count(*)::integer from countersign_recovery_codes r where r.user_id = $1) as codes_left
from countersign_second_factors f
where f.user_id = $1`

/** Turns it on. $2 time step of the first code, $3 the secret that made it. */
export const ACTIVATE = `
update countersign_second_factors f
set activated_at = clock_timestamp(), last_step = $2
where f.user_id = $1 and f.activated_at is null and f.sealed_secret = $3
returning f.user_id`

/** A code is taken once, and none that is older after it. $2 its time step. */
export const TAKE_STEP = `
update countersign_second_factors f
set last_step = $2
where f.user_id = $1 and f.activated_at is not null and f.last_step < $2
returning f.user_id`

/** $2 hashes of a code. */
export const TAKE_CODE = `
delete from countersign_recovery_codes r
using countersign_second_factors f
where r.user_id = $1 and r.hash = any($2::bytea[])
  and f.user_id = r.user_id and f.activated_at is not null
returning r.user_id`

/** Only where it is on. $2 hashes of the new codes. */
export const REPLACE_CODES = `
with factor as (
  select f.user_id
  from countersign_second_factors f
  where f.user_id = $1 and f.activated_at is not null
  for update
),
replaced as (
  delete from countersign_recovery_codes r
  using factor f
  where r.user_id = f.user_id
),
made as (
  insert into countersign_recovery_codes (hash, user_id)
  select unnest($2::bytea[]), f.user_id
  from factor f
)
select f.user_id from factor f`

export const DISABLE = `
with codes as (
  delete from countersign_recovery_codes r
  where r.user_id = $1
)
delete from countersign_second_factors f
where f.user_id = $1
returning f.user_id`
