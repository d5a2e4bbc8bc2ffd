'use client'

import { useRef, useState } from 'react'
import type { TaskChange } from '../lib/task'
import { type Row, shown } from '../lib/task-list'
import { Icon } from './icon'
import { RenameTask } from './rename-task'
import { RowProblemNote } from './row-problem-note'
import { Tick } from './tick'

interface TaskRowProps {
  readonly row: Row
  readonly onChange: (change: TaskChange) => void
  readonly onRemove: () => void
  readonly onRetry: () => void
}

/** One task: tick it off, rename it, delete it. */
export function TaskRow({ row, onChange, onRemove, onRetry }: TaskRowProps) {
  const { title, done } = shown(row)
  const [renaming, setRenaming] = useState(false)
  const renameButton = useRef<HTMLButtonElement>(null)
  const isSaved = row.saved !== null

  const endRenaming = (newTitle?: string) => {
    setRenaming(false)
    if (newTitle && newTitle !== title) onChange({ title: newTitle })
    // The button comes back with the next drawing.
    requestAnimationFrame(() => renameButton.current?.focus())
  }

  return (
    <li className="entry" data-done={done} data-unsaved={!isSaved} aria-busy={row.pending > 0}>
      <label className="tick-box">
        <input
          type="checkbox"
          checked={done}
          disabled={!isSaved}
          aria-label={title}
          onChange={() => onChange({ done: !done })}
        />
        {done && <Tick />}
      </label>
      {renaming ? (
        <RenameTask title={title} onEnd={endRenaming} />
      ) : (
        <>
          <span className="entry-title">{title}</span>
          {isSaved && (
            <span className="entry-actions">
              <button
                ref={renameButton}
                type="button"
                className="icon-button"
                aria-label={`Rename ${title}`}
                onClick={() => setRenaming(true)}
              >
                <Icon name="pencil" />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={`Delete ${title}`}
                onClick={(event) => {
                  focusNeighbour(event.currentTarget.closest('li'))
                  onRemove()
                }}
              >
                <Icon name="bin" />
              </button>
            </span>
          )}
        </>
      )}
      {row.problem && <RowProblemNote row={row} onRetry={onRetry} onDiscard={onRemove} />}
    </li>
  )
}

/** The line is about to go, and the focus must not go with it. */
function focusNeighbour(line: HTMLElement | null): void {
  const neighbour = line?.nextElementSibling ?? line?.previousElementSibling
  const target = neighbour?.querySelector('input') ?? document.getElementById('new-task')
  target?.focus()
}
