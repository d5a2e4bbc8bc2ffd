import type { Task, TaskChange, TaskCounts, TaskPage } from './task'

/** One line of the list: what the server has, and what the visitor wants it to have. */
export interface Row {
  /** Stays the same when a new task gets its id, so that the line keeps its focus. */
  readonly key: string
  /** What the server holds; null for a task it does not have yet. */
  readonly saved: Task | null
  /** What is shown instead while a request is under way. */
  readonly wanted: TaskChange | null
  /** Requests under way. */
  readonly pending: number
  readonly removing: boolean
  readonly problem: RowProblem | null
}

/** What did not work, and what trying again would do. */
export interface RowProblem {
  readonly message: string
  readonly retry: { readonly kind: 'add' } | { readonly kind: 'remove' } | ChangeRetry
}

interface ChangeRetry {
  readonly kind: 'change'
  readonly change: TaskChange
}

export interface TaskList {
  readonly rows: readonly Row[]
  readonly nextCursor: string | null
  /** Tasks on pages that are not loaded. */
  readonly beyond: TaskCounts
}

export type TaskEvent =
  | { readonly type: 'loaded'; readonly page: TaskPage }
  | { readonly type: 'adding'; readonly key: string; readonly title: string }
  | { readonly type: 'unsent'; readonly key: string; readonly title: string }
  | { readonly type: 'changing'; readonly key: string; readonly change: TaskChange }
  | { readonly type: 'removing'; readonly key: string }
  | { readonly type: 'saved'; readonly key: string; readonly task: Task }
  | { readonly type: 'removed'; readonly key: string }
  | { readonly type: 'failed'; readonly key: string; readonly problem: RowProblem }

/** The list as the server rendered it. */
export function firstPage(page: TaskPage): TaskList {
  const empty = { rows: [], nextCursor: null, beyond: { open: 0, done: 0, total: 0 } }
  return reduceTasks(empty, { type: 'loaded', page })
}

/** What the visitor sees in a line. */
export function shown(row: Row): { readonly title: string; readonly done: boolean } {
  return {
    title: row.wanted?.title ?? row.saved?.title ?? '',
    done: row.wanted?.done ?? row.saved?.done ?? false,
  }
}

/** How many tasks there are, counting what is shown. */
export function countTasks({ rows, beyond }: TaskList): TaskCounts {
  const visible = rows.filter((row) => !row.removing)
  const done = visible.filter((row) => shown(row).done).length
  const open = visible.length - done
  return {
    open: open + beyond.open,
    done: done + beyond.done,
    total: visible.length + beyond.total,
  }
}

/** Every change of the list: the wish at once, then what became of it. */
export function reduceTasks(list: TaskList, event: TaskEvent): TaskList {
  switch (event.type) {
    case 'loaded':
      return append(list, event.page)
    case 'adding':
      return startAdding(list, event.key, event.title)
    case 'unsent':
      return { ...list, rows: [unsentRow(event.key, event.title), ...list.rows] }
    case 'changing':
      return updateRow(list, event.key, (row) => ({
        ...row,
        wanted: { ...row.wanted, ...event.change },
        pending: row.pending + 1,
        problem: null,
      }))
    case 'removing':
      return updateRow(list, event.key, (row) => ({ ...row, removing: true, problem: null }))
    case 'saved':
      return updateRow(list, event.key, (row) => settle(row, event.task))
    case 'removed':
      return { ...list, rows: list.rows.filter((row) => row.key !== event.key) }
    case 'failed':
      return updateRow(list, event.key, (row) => rollBack(row, event.problem))
  }
}

function append(list: TaskList, page: TaskPage): TaskList {
  const known = new Set(list.rows.map((row) => row.saved?.id))
  const added = page.tasks.filter((task) => !known.has(task.id)).map(savedRow)
  const rows = [...list.rows, ...added]
  const done = rows.filter((row) => row.saved?.done).length
  const saved = rows.filter((row) => row.saved).length
  const beyond = (count: number, here: number) => Math.max(0, count - here)
  return {
    rows,
    nextCursor: page.nextCursor,
    beyond: {
      open: beyond(page.counts.open, saved - done),
      done: beyond(page.counts.done, done),
      total: beyond(page.counts.total, saved),
    },
  }
}

/** A new line on top; the line that is already there when a failed one is tried again. */
function startAdding(list: TaskList, key: string, title: string): TaskList {
  const row: Row = { ...unsentRow(key, title), pending: 1, problem: null }
  return { ...list, rows: [row, ...list.rows.filter((other) => other.key !== key)] }
}

function savedRow(task: Task): Row {
  return { key: task.id, saved: task, wanted: null, pending: 0, removing: false, problem: null }
}

function unsentRow(key: string, title: string): Row {
  const problem: RowProblem = { message: 'It was kept for you.', retry: { kind: 'add' } }
  return { key, saved: null, wanted: { title }, pending: 0, removing: false, problem }
}

/** The last answer under way decides what is shown; an earlier one must not flash in between. */
function settle(row: Row, task: Task): Row {
  const pending = Math.max(0, row.pending - 1)
  return { ...row, saved: task, pending, wanted: pending === 0 ? null : row.wanted }
}

/** Back to what the server has. The text of a new task stays: it is nowhere else. */
function rollBack(row: Row, problem: RowProblem): Row {
  const pending = Math.max(0, row.pending - 1)
  const wanted = row.saved === null || pending > 0 ? row.wanted : null
  return { ...row, wanted, pending, removing: false, problem }
}

function updateRow(list: TaskList, key: string, update: (row: Row) => Row): TaskList {
  return { ...list, rows: list.rows.map((row) => (row.key === key ? update(row) : row)) }
}
