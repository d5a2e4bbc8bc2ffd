'use client'

import { type InitialSession, SessionProvider } from '@countersign/client/react'
import { createContext, type ReactNode, useContext } from 'react'
import { useSessionWatch } from '../hooks/use-session-watch'
import { browserClient } from '../lib/browser-client'
import { OfflineNote } from './offline-note'

interface SignedIn {
  readonly apiUrl: string
  readonly userId: string | undefined
}

const SignedInContext = createContext<SignedIn>({ apiUrl: '', userId: undefined })

/** Who the page was made for, and where its API is. */
export function useSignedIn(): SignedIn {
  return useContext(SignedInContext)
}

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
      <SignedInContext value={{ apiUrl, userId }}>
        <Watch userId={userId} />
        {children}
        <OfflineNote />
      </SignedInContext>
    </SessionProvider>
  )
}

function Watch({ userId }: Pick<SignedIn, 'userId'>) {
  useSessionWatch(userId)
  return null
}
