import { useClient } from '@countersign/client/react'
import { useEffect, useState } from 'react'
import { Brand } from './brand'

/** Until it is known whether somebody is signed in; says so when the auth server does not answer. */
export function Waiting() {
  const client = useClient()
  const [failed, setFailed] = useState(false)
  const ask = () => client.getAccessToken().catch(() => setFailed(true))
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; the client asks again by itself
  useEffect(() => void ask(), [])
  return (
    <>
      <header className="site-header">
        <Brand />
      </header>
      <main className="page" aria-busy={!failed}>
        {failed && (
          <div className="sheet empty" role="alert">
            <p className="empty-title">The sign-in service does not answer.</p>
            <p>You are not signed out. This page tries again by itself.</p>
            <button type="button" className="button" onClick={ask}>
              Try again
            </button>
          </div>
        )}
      </main>
    </>
  )
}
