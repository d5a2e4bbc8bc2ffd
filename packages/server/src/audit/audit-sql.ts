/**
 * $1 event, $2 user, $3 actor, $4 session, $5 client, $6 address, $7 user agent, $8 request,
 * $9 detail, $10 e-mail of a user who is not known otherwise, $11 its keyed hash. An address of
 * nobody is kept as that hash: people also type passwords into the field for the address.
 */
export const RECORD = `
insert into countersign_audit
  (event, user_id, actor_id, session_id, client_id, ip, user_agent, request_id, detail)
select $1, coalesce($2, u.id), $3, $4, $5, $6, $7, $8,
  case when $10::text is null or u.id is not null then $9::jsonb
    else $9::jsonb || jsonb_build_object('address', $11::text) end
from (select) one
left join "user" u on u.email = $10`

/** $1 days. Some at a time, so that nothing waits for it. */
export const PURGE_AUDIT = `
delete from countersign_audit
where id in (
  select a.id
  from countersign_audit a
  where a.at < statement_timestamp() - make_interval(days => $1)
  order by a.at
  limit 5000
)
returning id`

/** For the rest of a transaction the log believes that a purge is one. */
export const ALLOW_PURGE = `select set_config('countersign.audit_purge', 'on', true)`
