import { useState } from 'react'

/** Signs out in every tab; with the session goes the button. */
export function SignOutButton({ onSignOut }: { onSignOut: () => Promise<void> }) {
  const [busy, setBusy] = useState(false)
  const onClick = () => {
    if (busy) return
    setBusy(true)
    onSignOut()
  }
  return (
    <button
      type="button"
      className="button button-quiet"
      aria-busy={busy}
      aria-disabled={busy || undefined}
      onClick={onClick}
    >
      <span className="button-label">Sign out</span>
      {busy && <span className="spinner" aria-hidden="true" />}
    </button>
  )
}
