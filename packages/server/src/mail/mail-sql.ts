/** Statements of the queue of mails. */

/** $1 template, $2 sealed recipient and data, $3 seconds after which it is of no use. */
export const ENQUEUE = `
insert into countersign_mail (template, sealed, expires_at)
values ($1, $2, clock_timestamp() + make_interval(secs => $3))`

/**
 * Takes mails to send. Another process takes others, and these again if this one dies: a mail that
 * was taken is due once more after the lease. $1 how many, $2 seconds of the lease.
 */
export const CLAIM = `
with due as (
  select m.id
  from countersign_mail m
  where m.due_at <= statement_timestamp()
  order by m.due_at
  limit $1
  for update skip locked
)
update countersign_mail m
set due_at = clock_timestamp() + make_interval(secs => $2), attempts = m.attempts + 1
from due d
where m.id = d.id
returning m.id::text, m.template, m.sealed, m.attempts, m.expires_at < clock_timestamp() as is_late`

/** $1 id. */
export const REMOVE = 'delete from countersign_mail where id = $1'

/** $1 id, $2 seconds. */
export const POSTPONE = `
update countersign_mail
set due_at = clock_timestamp() + make_interval(secs => $2)
where id = $1`
