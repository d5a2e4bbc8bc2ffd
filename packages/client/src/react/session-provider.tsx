'use client'

import { type ReactNode, useEffect, useMemo } from 'react'
import type { Client } from '../client.js'
import type { ClientState } from '../store.js'
import type { ClientUser } from '../token-answer.js'
import { SessionContext } from './session-context.js'

/** The session as a server knew it, such as `getSession()` of `@countersign/next`. Holds no token. */
export interface InitialSession {
  readonly user: ClientUser
}

export interface SessionProviderProps {
  /** Made once for the whole page, outside of any component. */
  readonly client: Client
  /**
   * Who is signed in as the server knew it, null for nobody. The page is drawn with it at once, on
   * the server and in the browser alike. Left out where no server renders: then `loading` comes first.
   */
  readonly initialSession?: InitialSession | null | undefined
  readonly children?: ReactNode
}

/** Gives the session to the components below, and keeps its token fresh while it is there. */
export function SessionProvider({ client, initialSession, children }: SessionProviderProps) {
  const value = useMemo(
    () => ({ client, initial: stateOf(initialSession) }),
    [client, initialSession],
  )
  useEffect(() => client.subscribe(() => {}), [client])
  // The server saw a sign-in or sign-out that this client did not, such as that of a plain form.
  useEffect(() => {
    const { status, user } = client.getState()
    const isNews = initialSession !== undefined && initialSession?.user.id !== user?.id
    if (isNews && status !== 'loading') client.refresh().catch(() => {})
  }, [client, initialSession])
  return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>
}

function stateOf(session: InitialSession | null | undefined): ClientState {
  if (session) return { status: 'signed_in', user: session.user }
  return { status: session === null ? 'signed_out' : 'loading', user: null }
}
