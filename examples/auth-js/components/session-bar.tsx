'use client'

import type { Session } from 'next-auth'
import { SessionProvider, signOut, useSession } from 'next-auth/react'
import { useEffect } from 'react'
import { BrandMark } from '../../todo/components/brand-mark'

/** Who is signed in, by the hook of Auth.js. It leaves the page when the session ends in any tab. */
export function SessionBar({ session }: { session: Session }) {
  return (
    <SessionProvider session={session}>
      <Bar />
    </SessionProvider>
  )
}

function Bar() {
  const { data, status } = useSession()
  useEffect(() => {
    // A new document: nothing of the session stays in memory.
    if (status === 'unauthenticated') window.location.replace('/sign-in')
  }, [status])
  return (
    <header className="site-header">
      <span className="brand">
        <BrandMark />
        Daybook
      </span>
      <p data-testid="who">{data?.user ? `${data.user.name} (${data.user.role})` : '…'}</p>
      <button
        type="button"
        className="button button-quiet"
        onClick={() => signOut({ redirectTo: '/sign-in' })}
      >
        Sign out
      </button>
    </header>
  )
}
