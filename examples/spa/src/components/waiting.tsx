import { useClient } from '@countersign/client/react'
import { useCallback, useEffect, useState } from 'react'
import { Brand } from './brand'

/** Until it is known whether somebody is signed in; says so when the auth server does not answer. */
export function Waiting() {
  const client = useClient()
  const [failed, setFailed] = useState(false)
  const [busy, setBusy] = useState(true)
  const ask = useCallback(async () => {
    setBusy(true)
    await client.getAccessToken().catch(() => setFailed(true))
    setBusy(false)
  }, [client])
  useEffect(() => void ask(), [ask])
  return (
    <>
      <header className="site-header">
        <Brand />
      </header>
      <main className="page" aria-busy={busy}>
        {failed && (
          <div className="sheet empty" role="alert">
            <p className="empty-title">The sign-in service does not answer.</p>
            <p>You are not signed out. This page tries again by itself.</p>
            <button type="button" className="button" aria-busy={busy} onClick={ask}>
              <span className="button-label">Try again</span>
              {busy && <span className="spinner" aria-hidden="true" />}
            </button>
          </div>
        )}
      </main>
    </>
  )
}
