import { createContext, useContext } from 'react'
import type { Client } from '../client.js'
import type { ClientState } from '../store.js'

interface SessionContextValue {
  readonly client: Client
  /** What the server knew, for as long as the client knows nothing. */
  readonly initial: ClientState
}

export const SessionContext = createContext<SessionContextValue | null>(null)

/** What the provider holds. Throws where there is none above. */
export function useSessionContext(): SessionContextValue {
  const value = useContext(SessionContext)
  if (value) return value
  throw new Error('There is no <SessionProvider> above')
}
