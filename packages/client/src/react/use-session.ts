import { useSyncExternalStore } from 'react'
import type { ClientState } from '../store.js'
import { useSessionContext } from './session-context.js'

/**
 * Who is signed in: `{ status, user, reason }`, the same object until something changes, and never a
 * token. While a page wakes up it is what the server rendered. Throws without a `SessionProvider`.
 *
 * @example
 * const { status, user } = useSession()
 * if (status === 'signed_in') return <p>{user.email}</p>
 */
export function useSession(): ClientState {
  const { client, initial } = useSessionContext()
  const read = () => {
    const state = client.getState()
    return state.status === 'loading' ? initial : state
  }
  return useSyncExternalStore(client.subscribe, read, () => initial)
}
