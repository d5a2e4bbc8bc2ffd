'use client'

import { useClient } from '@countersign/client/react'
import { type FormEvent, useState } from 'react'

/** Signs out in every tab. A plain form until the page has woken up. */
export function SignOutButton() {
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setFailed(!navigator.onLine)
    // Without a connection the cookie would stay, and with it the session.
    if (!navigator.onLine) return
    setBusy(true)
    try {
      // The page is left by whoever watches the session; so it goes in the other tabs.
      await client.signOut()
    } catch {
      setFailed(true)
      setBusy(false)
    }
  }

  return (
    <form className="sign-out" method="post" action="/form/sign-out" onSubmit={onSubmit}>
      <button
        type="submit"
        className="button button-quiet"
        aria-busy={busy}
        aria-disabled={busy || undefined}
      >
        <span className="button-label">Sign out</span>
        {busy && <span className="spinner" aria-hidden="true" />}
      </button>
      <span className="sign-out-problem" role="alert">
        {failed && 'No connection; you are still signed in.'}
      </span>
    </form>
  )
}
