/** $1 address, $2 hash. */
export const FIND_DEVICE = `
select d.user_id
from countersign_devices d
join "user" u on u.id = d.user_id
where u.email = $1 and d.hash = $2`

/** $1 user, $2 hash. Gives a row if the device was known. */
export const SEE_DEVICE = `
update countersign_devices
set last_seen_at = clock_timestamp()
where user_id = $1 and hash = $2
returning user_id`

/**
 * $1 user, $2 hash, $3 user agent. The twenty seen last stay: a caller that forgets its token has
 * another device each time. Strange is a device with another agent than all before it.
 */
export const ADD_DEVICE = `
with before as materialized (
  select d.hash, d.user_agent, row_number() over (order by d.last_seen_at desc) as place
  from countersign_devices d
  where d.user_id = $1
),
forgotten as (
  delete from countersign_devices d
  using before b
  where d.user_id = $1 and d.hash = b.hash and b.place >= 20
),
added as (
  insert into countersign_devices (user_id, hash, user_agent)
  values ($1, $2, $3)
  on conflict do nothing
)
select count(*) > 0 and not coalesce(bool_or(b.user_agent is not distinct from $3), false)
  as is_strange
from before b`

/** As long as a browser keeps a cookie. */
export const PURGE_DEVICES = `
delete from countersign_devices
where last_seen_at < statement_timestamp() - interval '400 days'`
