import type { Row, RowProblem } from '../lib/task-list'

interface RowProblemNoteProps {
  readonly row: Row
  readonly onRetry: () => void
  readonly onDiscard: () => void
}

/** What did not work with a task, and the way to try again. */
export function RowProblemNote({ row, onRetry, onDiscard }: RowProblemNoteProps) {
  if (!row.problem) return null
  return (
    <p className="entry-problem" role="alert">
      <span>
        {WHAT_FAILED[row.problem.retry.kind]} {row.problem.message}
      </span>
      <button type="button" className="link-button" onClick={onRetry}>
        Try again
      </button>
      {row.saved === null && (
        <button type="button" className="link-button" onClick={onDiscard}>
          Discard
        </button>
      )}
    </p>
  )
}

const WHAT_FAILED: Readonly<Record<RowProblem['retry']['kind'], string>> = {
  add: 'Not saved.',
  change: 'Not changed.',
  remove: 'Not deleted.',
}
