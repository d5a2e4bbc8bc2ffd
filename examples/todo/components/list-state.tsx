import { adminSentence } from '../lib/admin'

interface ListStateProps {
  readonly problem: string | undefined
  readonly isLoading: boolean
  readonly isEmpty: boolean
  readonly onRetry: () => void
}

/** What stands where a list would: it loads, it could not be loaded, or there is nothing in it. */
export function ListState({ problem, isLoading, isEmpty, onRetry }: ListStateProps) {
  if (problem) {
    return (
      <p className="devices-problem" role="alert">
        {adminSentence(problem)}{' '}
        <button type="button" className="link-button" onClick={onRetry}>
          Try again
        </button>
      </p>
    )
  }
  if (isLoading) {
    return (
      <div className="skeleton-lines" role="status">
        <span className="visually-hidden">Loading</span>
      </div>
    )
  }
  return isEmpty ? <p role="status">Nothing matches.</p> : null
}
