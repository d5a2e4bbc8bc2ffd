/**
 * Writes users and their passwords, all of a batch or nothing, and leaves whoever is there alone. The
 * rows of a `with` see the tables as they were before: what `was` finds was there.
 *
 * $1 the rows as JSON, $2 when the import began: a user who was written since is in the file twice.
 */
const ROWS = `
  rows as materialized (
    select *
    from jsonb_to_recordset($1::jsonb) as r(
      line integer, id text, "keepsId" boolean, email text, name text, image text, role text,
      "emailVerified" boolean, "createdAt" timestamptz, "accountId" text, hash text
    )
  )`

const OUTCOME = `
select r.line,
  case
    when i.id is not null then 'imported'
    when greatest(by_email."updatedAt", by_id."updatedAt") >= $2::timestamptz then 'duplicate'
    when by_email.id = r.id or (by_email.id is not null and not r."keepsId") then 'unchanged'
    when by_email.id is not null then 'email_taken'
    when by_id.id is not null then 'id_taken'
    else 'duplicate'
  end as outcome
from rows r`

const WAS = `
left join "user" by_email on by_email.email = r.email
left join "user" by_id on by_id.id = r.id
order by r.line`

/** Ordered, so that two imports at once do not wait for each other in a circle. */
export const IMPORT = `
with ${ROWS},
  inserted as (
    insert into "user" (id, name, email, "emailVerified", image, role, "createdAt", "updatedAt")
    select r.id, r.name, r.email, r."emailVerified", r.image, r.role,
      coalesce(r."createdAt", clock_timestamp()), clock_timestamp()
    from rows r
    order by r.email
    on conflict do nothing
    returning id, email
  ),
  credentials as (
    insert into "account" (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
    select r."accountId", i.id, 'credential', i.id, r.hash, clock_timestamp(), clock_timestamp()
    from inserted i
    join rows r on r.id = i.id and r.email = i.email
    where r.hash is not null
  ),
  audited as (
    insert into countersign_audit (event, user_id, actor_id)
    select 'user.imported', i.id, 'system:cli'
    from inserted i
  )
${OUTCOME}
left join inserted i on i.id = r.id and i.email = r.email
${WAS}`

/** The same without writing. */
export const REHEARSE = `
with ${ROWS},
  inserted as (
    select r.id, r.email
    from rows r
    where not exists (select from "user" u where u.id = r.id or u.email = r.email)
  )
${OUTCOME}
left join inserted i on i.id = r.id and i.email = r.email
${WAS}`

export const NOW = 'select clock_timestamp()::text as now'
