/** Statements of values that open something once. The database's clock alone tells what has expired. */

/** $1 hash, $2 purpose, $3 user or null, $4 payload, $5 seconds. */
export const ISSUE = `
insert into countersign_one_time_values (hash, purpose, user_id, payload, expires_at)
values ($1, $2, $3, $4::jsonb, clock_timestamp() + make_interval(secs => $5))`

/** Of any number who take a value at once, the row lock lets one have it. $1 hash, $2 purpose. */
export const TAKE = `
delete from countersign_one_time_values v
where v.hash = $1 and v.purpose = $2 and v.expires_at > clock_timestamp()
returning v.user_id, v.payload`

/** What a value would open. $1 hash, $2 purpose. */
export const PEEK = `
select v.user_id, v.payload
from countersign_one_time_values v
where v.hash = $1 and v.purpose = $2 and v.expires_at > clock_timestamp()`

/** Counts a try and tells whose value it is, as long as tries are left. $3 most tries. */
export const TRY = `
update countersign_one_time_values v
set tries = v.tries + 1
where v.hash = $1 and v.purpose = $2 and v.expires_at > clock_timestamp() and v.tries < $3
returning v.user_id, v.payload`

/** $1 user, $2 purposes. */
export const TAKE_ALL = `
delete from countersign_one_time_values v
where v.user_id = $1 and v.purpose = any($2::text[])`

/** Tells the first who says it. $1 hash, $2 purpose, $3 seconds. */
export const REMEMBER = `
insert into countersign_one_time_values (hash, purpose, payload, expires_at)
values ($1, $2, '{}', clock_timestamp() + make_interval(secs => $3))
on conflict (hash) do nothing
returning true as is_first`

export const PURGE =
  'delete from countersign_one_time_values where expires_at < statement_timestamp()'
