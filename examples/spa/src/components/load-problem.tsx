import { focusContent } from '../lib/focus-content'

interface LoadProblemProps {
  readonly title: string
  /** What went wrong, as a sentence. */
  readonly problem: string
  readonly onRetry: () => void
}

/** In place of something that could not be loaded, with the way to try again. */
export function LoadProblem({ title, problem, onRetry }: LoadProblemProps) {
  const retry = () => {
    focusContent()
    onRetry()
  }
  return (
    <div className="sheet empty" role="alert">
      <p className="empty-title">{title}</p>
      <p>{problem} Nothing is lost.</p>
      <button type="button" className="button" onClick={retry}>
        Try again
      </button>
    </div>
  )
}
