import { describe, expect, it } from 'vitest'
import type { Task } from '../lib/task'
import {
  countTasks,
  firstPage,
  type RowProblem,
  reduceTasks,
  shown,
  type TaskList,
} from '../lib/task-list'

const task = (id: string, done = false): Task => ({
  id,
  title: `task ${id}`,
  done,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
})

const list = (...tasks: Task[]): TaskList => {
  const done = tasks.filter((one) => one.done).length
  const counts = { done, open: tasks.length - done, total: tasks.length }
  return firstPage({ tasks, nextCursor: null, counts })
}

const top = ({ rows: [row] }: TaskList) => row && shown(row)

const problem = (retry: RowProblem['retry']): RowProblem => ({ message: 'No connection.', retry })

describe('a change', () => {
  const changing = reduceTasks(list(task('a')), {
    type: 'changing',
    key: 'a',
    change: { done: true },
  })

  it('shows before the server knows of it', () => {
    expect(top(changing)).toEqual({ title: 'task a', done: true })
    expect(countTasks(changing)).toEqual({ open: 0, done: 1, total: 1 })
  })

  it('stays when the server has taken it', () => {
    const saved = reduceTasks(changing, { type: 'saved', key: 'a', task: task('a', true) })

    expect(saved.rows[0]).toMatchObject({ wanted: null, pending: 0, saved: { done: true } })
  })

  it('is rolled back when it fails, and can be tried again', () => {
    const retry = { kind: 'change', change: { done: true } } as const

    const failed = reduceTasks(changing, { type: 'failed', key: 'a', problem: problem(retry) })

    expect(top(failed)).toEqual({ title: 'task a', done: false })
    expect(failed.rows[0]?.problem?.retry).toEqual(retry)
  })

  it('does not flash back while a later one is under way', () => {
    const again = reduceTasks(changing, { type: 'changing', key: 'a', change: { done: false } })

    const first = reduceTasks(again, { type: 'saved', key: 'a', task: task('a', true) })
    const second = reduceTasks(first, { type: 'saved', key: 'a', task: task('a', false) })

    expect(top(first)?.done).toBe(false)
    expect(top(second)?.done).toBe(false)
    expect(second.rows[0]).toMatchObject({ pending: 0, wanted: null })
  })
})

describe('a new task', () => {
  const adding = reduceTasks(list(task('a')), { type: 'adding', key: 'new-1', title: 'fresh' })

  it('stands on top at once and keeps its key when it is saved', () => {
    const saved = reduceTasks(adding, { type: 'saved', key: 'new-1', task: task('b') })

    expect(adding.rows.map((row) => row.key)).toEqual(['new-1', 'a'])
    expect(saved.rows[0]).toMatchObject({ key: 'new-1', saved: { id: 'b' } })
  })

  it('keeps its text when it fails', () => {
    const failed = reduceTasks(adding, {
      type: 'failed',
      key: 'new-1',
      problem: problem({ kind: 'add' }),
    })

    expect(failed.rows[0]).toMatchObject({ saved: null, wanted: { title: 'fresh' }, pending: 0 })
  })

  it('is one line when it is tried again', () => {
    const again = reduceTasks(adding, { type: 'adding', key: 'new-1', title: 'fresh' })

    expect(again.rows).toHaveLength(2)
    expect(again.rows[0]?.problem).toBeNull()
  })
})

describe('a deletion', () => {
  const removing = reduceTasks(list(task('a'), task('b')), { type: 'removing', key: 'a' })

  it('does not count any more', () => {
    expect(countTasks(removing).total).toBe(1)
    expect(reduceTasks(removing, { type: 'removed', key: 'a' }).rows).toHaveLength(1)
  })

  it('brings the task back when it fails', () => {
    const failed = reduceTasks(removing, {
      type: 'failed',
      key: 'a',
      problem: problem({ kind: 'remove' }),
    })

    expect(failed.rows[0]).toMatchObject({ key: 'a', removing: false })
    expect(countTasks(failed).total).toBe(2)
  })
})

describe('a further page', () => {
  const first = firstPage({
    tasks: [task('c', true), task('b')],
    nextCursor: 'next',
    counts: { open: 2, done: 1, total: 3 },
  })

  it('is counted before it is loaded', () => {
    expect(countTasks(first)).toEqual({ open: 2, done: 1, total: 3 })
  })

  it('comes below, without what is there already', () => {
    const page = {
      tasks: [task('b'), task('a')],
      nextCursor: null,
      counts: { open: 2, done: 1, total: 3 },
    }

    const all = reduceTasks(first, { type: 'loaded', page })

    expect(all.rows.map((row) => row.key)).toEqual(['c', 'b', 'a'])
    expect(countTasks(all)).toEqual({ open: 2, done: 1, total: 3 })
  })
})
