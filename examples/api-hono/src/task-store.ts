import {
  type Transaction,
  type TransactionIdentity,
  withIdentity,
} from '@countersign/verify/postgres'
import type { Database } from './database.js'
import { API_ROLE } from './migrate.js'
import { cursorAfter, type ListQuery, type Task } from './task.js'
import type { TaskChange } from './task-schemas.js'
import { TASK_SQL, type TaskSql } from './task-sql.js'

/** One page of a user's tasks, newest first, with the counts over all of them. */
export interface TaskPage {
  readonly tasks: readonly Task[]
  /** Asks for the next page; null on the last one. */
  readonly nextCursor: string | null
  readonly counts: { readonly open: number; readonly done: number; readonly total: number }
}

/** The tasks of users. Each method takes the user first and touches no row of anyone else. */
export interface TaskStore {
  list(user: TransactionIdentity, query: ListQuery): Promise<TaskPage>
  create(user: TransactionIdentity, title: string): Promise<Task>
  find(user: TransactionIdentity, id: string): Promise<Task | undefined>
  change(user: TransactionIdentity, id: string, change: TaskChange): Promise<Task | undefined>
  /** Whether there was such a task. */
  remove(user: TransactionIdentity, id: string): Promise<boolean>
  /** Resolves if the database answers. */
  ping(): Promise<void>
}

/** A store on a migrated database. Every statement runs under row-level security for its user. */
export function createTaskStore(database: Database, sql: TaskSql = TASK_SQL): TaskStore {
  const as = <T>(user: TransactionIdentity, work: (tx: Transaction) => Promise<T>) =>
    withIdentity(database.pool, user, work, { role: API_ROLE })
  const first = (user: TransactionIdentity, text: string, values: readonly unknown[]) =>
    as(user, async (tx) => (await tx.query<Task>(text, [user.userId, ...values])).rows[0])

  return {
    list: (user, query) => as(user, (tx) => listTasks(tx, sql, user.userId, query)),
    async create(user, title) {
      const task = await first(user, sql.create, [title])
      if (!task) throw new Error('an insert returned no row')
      return task
    },
    find: (user, id) => first(user, sql.find, [id]),
    change: (user, id, { title, done }) =>
      first(user, sql.change, [id, title ?? null, done ?? null]),
    remove: async (user, id) => (await first(user, sql.remove, [id])) !== undefined,
    async ping() {
      await database.query('select 1')
    },
  }
}

async function listTasks(
  tx: Transaction,
  sql: TaskSql,
  userId: string,
  { limit, cursor }: ListQuery,
): Promise<TaskPage> {
  const values = [userId, cursor?.createdAtMs ?? null, cursor?.id ?? null, limit + 1]
  const { rows } = await tx.query<Task>(sql.list, values)
  const tasks = rows.slice(0, limit)
  const last = tasks.at(-1)
  const nextCursor = rows.length > limit && last ? cursorAfter(last) : null
  return { tasks, nextCursor, counts: await countTasks(tx, sql, userId) }
}

async function countTasks(
  tx: Transaction,
  sql: TaskSql,
  userId: string,
): Promise<TaskPage['counts']> {
  const { rows } = await tx.query<{ done: number; total: number }>(sql.count, [userId])
  const { done, total } = rows[0] ?? { done: 0, total: 0 }
  return { open: total - done, done, total }
}
