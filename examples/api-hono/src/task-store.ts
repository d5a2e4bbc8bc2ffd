import type { Database } from './database.js'
import { cursorAfter, type ListQuery, type Task, type TaskChange } from './task.js'

/** One page of a user's tasks, newest first, with the counts over all of them. */
export interface TaskPage {
  readonly tasks: readonly Task[]
  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null
  readonly counts: { readonly open: number; readonly done: number; readonly total: number }
}

/** The tasks of users. Each method takes the owner first and touches no row of anyone else. */
export interface TaskStore {
  list(userId: string, query: ListQuery): Promise<TaskPage>
  create(userId: string, title: string): Promise<Task>
  find(userId: string, id: string): Promise<Task | undefined>
  change(userId: string, id: string, change: TaskChange): Promise<Task | undefined>
  /** Whether there was such a task. */
  remove(userId: string, id: string): Promise<boolean>
  /** Resolves if the database answers. */
  ping(): Promise<void>
}

const COLUMNS = 'id, title, done, created_at as "createdAt", updated_at as "updatedAt"'

/** A store on a migrated database. */
export function createTaskStore(database: Database): TaskStore {
  const first = async (sql: string, params: readonly unknown[]): Promise<Task | undefined> =>
    (await database.query<Task>(sql, params))[0]

  return {
    list: (userId, query) => listTasks(database, userId, query),
    async create(userId, title) {
      const sql = `insert into tasks (user_id, title) values ($1, $2) returning ${COLUMNS}`
      const task = await first(sql, [userId, title])
      if (!task) throw new Error('an insert returned no row')
      return task
    },
    find: (userId, id) =>
      first(`select ${COLUMNS} from tasks where user_id = $1 and id = $2`, [userId, id]),
    change: (userId, id, { title, done }) =>
      first(
        `update tasks
         set title = coalesce($3::text, title),
           done = coalesce($4::boolean, done),
           updated_at = date_trunc('milliseconds', clock_timestamp())
         where user_id = $1 and id = $2
         returning ${COLUMNS}`,
        [userId, id, title ?? null, done ?? null],
      ),
    async remove(userId, id) {
      const sql = 'delete from tasks where user_id = $1 and id = $2 returning id'
      return (await database.query(sql, [userId, id])).length > 0
    },
    async ping() {
      await database.query('select 1')
    },
  }
}

async function listTasks(
  database: Database,
  userId: string,
  { limit, cursor }: ListQuery,
): Promise<TaskPage> {
  const rows = await database.query<Task>(
    `select ${COLUMNS}
     from tasks
     where user_id = $1
       and ($2::bigint is null
         or (created_at, id) < (to_timestamp($2::bigint / 1000.0), $3::uuid))
     order by created_at desc, id desc
     limit $4`,
    [userId, cursor?.createdAtMs ?? null, cursor?.id ?? null, limit + 1],
  )
  const tasks = rows.slice(0, limit)
  const last = tasks.at(-1)
  const nextCursor = rows.length > limit && last ? cursorAfter(last) : null
  return { tasks, nextCursor, counts: await countTasks(database, userId) }
}

async function countTasks(database: Database, userId: string): Promise<TaskPage['counts']> {
  const [counts] = await database.query<{ done: number; total: number }>(
    `select count(*) filter (where done)::integer as done, count(*)::integer as total
     from tasks
     where user_id = $1`,
    [userId],
  )
  const { done, total } = counts ?? { done: 0, total: 0 }
  return { open: total - done, done, total }
}
