'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { useSessionWatch } from '../hooks/use-session-watch'
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

interface SessionWatchProps extends SignedIn {
  readonly children: ReactNode
}

/** Around every private page: leaves it as soon as the session ends, in this tab or in another. */
export function SessionWatch({ apiUrl, userId, children }: SessionWatchProps) {
  useSessionWatch(apiUrl, userId)
  return (
    <SignedInContext value={{ apiUrl, userId }}>
      {children}
      <OfflineNote />
    </SignedInContext>
  )
}
