import type { ReactNode } from 'react'

interface SubmitButtonProps {
  /** A request is under way. */
  readonly busy: boolean
  /** Sending has to wait, after too many attempts. */
  readonly blocked?: boolean
  /** The page has woken up. */
  readonly hydrated: boolean
  /** Whether the form can also be sent without scripts; else nobody can before the page has woken up. */
  readonly plain?: boolean
  readonly children: ReactNode
}

/** Stays in place, in size and in the tab order while it is busy. */
export function SubmitButton({
  busy,
  blocked = false,
  hydrated,
  plain = false,
  children,
}: SubmitButtonProps) {
  return (
    <button
      type="submit"
      className="cs-button cs-button-wide"
      disabled={!hydrated && !plain}
      aria-busy={busy}
      aria-disabled={busy || blocked ? true : undefined}
    >
      <span className="cs-button-label">{children}</span>
      {busy && <span className="cs-spinner" aria-hidden="true" />}
    </button>
  )
}
