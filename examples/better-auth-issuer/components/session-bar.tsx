'use client'

import { useEffect } from 'react'
import { BrandMark } from '../../todo/components/brand-mark'
import { authClient } from '../lib/auth-client'

/** Who is signed in, by Better Auth's hook. It leaves the page when the session ends in any tab. */
export function SessionBar() {
  const { data, error, isPending } = authClient.useSession()
  const isOver = !isPending && data === null && error === null
  useEffect(() => {
    // A new document: nothing of the session stays in memory.
    if (isOver) window.location.replace('/sign-in')
  }, [isOver])
  return (
    <header className="site-header">
      <span className="brand">
        <BrandMark />
        Daybook
      </span>
      <p data-testid="who">{data ? `${data.user.name} (${data.user.email})` : '…'}</p>
      <button type="button" className="button button-quiet" onClick={() => authClient.signOut()}>
        Sign out
      </button>
    </header>
  )
}
