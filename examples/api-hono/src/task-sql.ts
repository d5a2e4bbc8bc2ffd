/**
 * Every statement on the tasks. Each names its user, and row-level security binds it to the same
 * user: either alone would keep users apart.
 */

const COLUMNS = 'id, title, done, created_at as "createdAt", updated_at as "updatedAt"'

export const TASK_SQL = {
  /** $1 user, $2 and $3 the last task of the page before (milliseconds, id), $4 how many. */
  list: `
    select ${COLUMNS}
    from tasks
    where user_id = $1
      and ($2::bigint is null
        or (created_at, id) < (to_timestamp($2::bigint / 1000.0), $3::uuid))
    order by created_at desc, id desc
    limit $4`,
  /** $1 user. */
  count: `
    select count(*) filter (where done)::integer as done, count(*)::integer as total
    from tasks
    where user_id = $1`,
  /** $1 user, $2 title. */
  create: `
    insert into tasks (user_id, title)
    values ($1, $2)
    returning ${COLUMNS}`,
  /** $1 user, $2 task. */
  find: `
    select ${COLUMNS}
    from tasks
    where user_id = $1 and id = $2`,
  /** $1 user, $2 task, $3 title, $4 done; null leaves it. */
  change: `
    update tasks
    set title = coalesce($3::text, title),
      done = coalesce($4::boolean, done),
      updated_at = date_trunc('milliseconds', clock_timestamp())
    where user_id = $1 and id = $2
    returning ${COLUMNS}`,
  /** $1 user, $2 task. */
  remove: `
    delete from tasks
    where user_id = $1 and id = $2
    returning id`,
} as const

export type TaskSql = Readonly<Record<keyof typeof TASK_SQL, string>>
