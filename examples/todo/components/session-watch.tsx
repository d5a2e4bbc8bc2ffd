'use client'

import { type InitialSession, SessionProvider } from '@countersign/client/react'
import type { ReactNode } from 'react'
import { useSessionWatch } from '../hooks/use-session-watch'
import { SignedInContext } from '../hooks/use-signed-in'
import { browserClient } from '../lib/browser-client'
import { OfflineNote } from './offline-note'

interface SessionWatchProps {
  readonly apiUrl: string
  /** As the server knew it; without one the page itself sends the visitor away. */
  readonly session: InitialSession | undefined
  readonly children: ReactNode
}

/** Around every private page: leaves it as soon as the session ends, in this tab or in another. */
export function SessionWatch({ apiUrl, session, children }: SessionWatchProps) {
  const userId = session?.user.id
  return (
    <SessionProvider client={browserClient(apiUrl)} initialSession={session}>
      <SignedInContext value={{ apiUrl, authUrl: '', userId }}>
        <Watch userId={userId} />
        {children}
        <OfflineNote />
      </SignedInContext>
    </SessionProvider>
  )
}

function Watch({ userId }: { userId: string | undefined }) {
  useSessionWatch(userId)
  return null
}
