'use client'

import { useRef, useState } from 'react'
import { useSignedIn } from '../hooks/use-signed-in'
import { useTasks } from '../hooks/use-tasks'
import { useUnsentTitles } from '../hooks/use-unsent-titles'
import type { TaskPage } from '../lib/task'
import { countTasks, type Row, shown } from '../lib/task-list'
import { AddTask } from './add-task'
import { TaskCount } from './task-count'
import { TaskRow } from './task-row'
import { UndoBar } from './undo-bar'

/** The list with everything that can be done to it. */
export function TaskBoard({ page }: { page: TaskPage }) {
  const { userId } = useSignedIn()
  const tasks = useTasks(page)
  const { rows, nextCursor } = tasks.list
  const [removed, setRemoved] = useState<{ title: string; done: boolean }>()
  const field = useRef<HTMLInputElement>(null)
  const unsent = rows.filter((row) => row.saved === null).map((row) => shown(row).title)
  useUnsentTitles(`daybook-unsent:${userId}`, unsent.reverse(), tasks.restoreUnsent)

  const remove = async (row: Row) => {
    setRemoved(undefined)
    if ((await tasks.remove(row)) && row.saved) setRemoved(shown(row))
  }

  const putBack = () => {
    if (removed) tasks.add(removed.title, { done: removed.done })
    setRemoved(undefined)
    field.current?.focus()
  }

  const visible = rows.filter((row) => !row.removing)
  return (
    <>
      <div className="page-title">
        <h1>Tasks</h1>
        <TaskCount counts={countTasks(tasks.list)} />
      </div>
      <div className="sheet ledger">
        <AddTask field={field} onAdd={(title) => tasks.add(title)} />
        {visible.length === 0 ? (
          <p className="ledger-empty">
            A clean page. <span>Write down the first thing above.</span>
          </p>
        ) : (
          <ul className="entries">
            {visible.map((row) => (
              <TaskRow
                key={row.key}
                row={row}
                onChange={(change) => tasks.change(row, change)}
                onRemove={() => remove(row)}
                onRetry={() => tasks.retry(row)}
              />
            ))}
          </ul>
        )}
        {nextCursor && (
          <p className="ledger-more">
            <button type="button" className="button button-quiet" onClick={tasks.loadMore}>
              Show older tasks
            </button>
            <span role="alert">{tasks.loadProblem}</span>
          </p>
        )}
      </div>
      <UndoBar title={removed?.title} onUndo={putBack} onClose={() => setRemoved(undefined)} />
    </>
  )
}
