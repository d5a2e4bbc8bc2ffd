import { useClient } from '@countersign/client/react'
import { useCallback, useMemo, useReducer, useRef, useState } from 'react'
import type { TaskChange, TaskPage } from '../lib/task'
import { createTaskApi, TaskApiError } from '../lib/task-api'
import { firstPage, type Row, type RowProblem, reduceTasks, shown } from '../lib/task-list'
import { useSignedIn } from './use-signed-in'

type SavedRow = Pick<Row, 'key' | 'saved'>

/**
 * The list and what can be done with it. Every change shows at once and goes to the API by itself;
 * if it fails the line says so and offers to try again.
 */
export function useTasks(page: TaskPage) {
  const { apiUrl } = useSignedIn()
  const client = useClient()
  const [list, dispatch] = useReducer(reduceTasks, page, firstPage)
  const [loadProblem, setLoadProblem] = useState<string>()
  const inOrder = useInOrder()
  const api = useMemo(() => createTaskApi(apiUrl, client.fetch), [apiUrl, client])

  /** Runs one request of a line; `retry` is what the button beside its failure does. */
  const attempt = async (
    key: string,
    retry: RowProblem['retry'],
    run: () => Promise<void>,
  ): Promise<boolean> => {
    try {
      await run()
      return true
    } catch (error) {
      dispatch({ type: 'failed', key, problem: { message: sentenceOf(error), retry } })
      return false
    }
  }

  const add = (title: string, { key = newKey(), done = false } = {}) => {
    dispatch({ type: 'adding', key, title })
    return attempt(key, { kind: 'add' }, async () => {
      const task = await api.add(title)
      dispatch({ type: 'saved', key, task })
      if (done) await change({ key, saved: task }, { done })
    })
  }

  const change = async ({ key, saved }: SavedRow, wanted: TaskChange) => {
    if (!saved) return
    dispatch({ type: 'changing', key, change: wanted })
    return inOrder(key, () =>
      attempt(key, { kind: 'change', change: wanted }, async () => {
        dispatch({ type: 'saved', key, task: await api.change(saved.id, wanted) })
      }),
    )
  }

  /** Resolves to whether the task is gone. */
  const remove = async ({ key, saved }: SavedRow) => {
    if (!saved) {
      dispatch({ type: 'removed', key })
      return true
    }
    dispatch({ type: 'removing', key })
    return inOrder(key, () =>
      attempt(key, { kind: 'remove' }, async () => {
        await api.remove(saved.id)
        dispatch({ type: 'removed', key })
      }),
    )
  }

  const retry = (row: Row) => {
    const again = row.problem?.retry
    if (again?.kind === 'add') return add(shown(row).title, { key: row.key })
    if (again?.kind === 'change') return change(row, again.change)
    if (again?.kind === 'remove') return remove(row)
  }

  const loadMore = async () => {
    if (!list.nextCursor) return
    setLoadProblem(undefined)
    try {
      dispatch({ type: 'loaded', page: await api.list(list.nextCursor) })
    } catch (error) {
      setLoadProblem(sentenceOf(error))
    }
  }

  const restoreUnsent = useCallback(
    (title: string) => dispatch({ type: 'unsent', key: newKey(), title }),
    [],
  )
  return { list, loadProblem, add, change, remove, retry, loadMore, restoreUnsent }
}

function sentenceOf(error: unknown): string {
  return error instanceof TaskApiError ? error.message : 'Something went wrong.'
}

let lastKey = 0

/** A key that is used once, on this page only. */
function newKey(): string {
  lastKey += 1
  return `new-${lastKey}`
}

/** Runs the jobs of one line one after the other: the last wish has to reach the API last. */
function useInOrder() {
  const tails = useRef(new Map<string, Promise<unknown>>())
  return <T>(key: string, job: () => Promise<T>): Promise<T> => {
    const tail = (tails.current.get(key) ?? Promise.resolve()).then(job)
    tails.current.set(key, tail)
    return tail
  }
}
