import type { TaskCounts } from '../lib/task'

/** How the list stands, in words. Read out when it changes. */
export function TaskCount({ counts }: { counts: TaskCounts }) {
  return (
    <p className="task-count" aria-live="polite">
      {sentence(counts)}
    </p>
  )
}

function sentence({ open, done, total }: TaskCounts): string {
  if (total === 0) return 'Nothing yet'
  if (open === 0) return `All ${done} signed off`
  return done === 0 ? `${open} to go` : `${open} to go, ${done} signed off`
}
