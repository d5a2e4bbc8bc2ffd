import type { ReactNode } from 'react'

interface SubmitButtonProps {
  /** A request is under way. */
  readonly busy: boolean
  /** Sending has to wait, after too many attempts. */
  readonly blocked: boolean
  readonly children: ReactNode
}

/** Stays in place, in size and in the tab order while it is busy. */
export function SubmitButton({ busy, blocked, children }: SubmitButtonProps) {
  return (
    <button
      type="submit"
      className="button button-wide"
      aria-busy={busy}
      aria-disabled={busy || blocked ? true : undefined}
    >
      <span className="button-label">{children}</span>
      {busy && <span className="spinner" aria-hidden="true" />}
    </button>
  )
}
