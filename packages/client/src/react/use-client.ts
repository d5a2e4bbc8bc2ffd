import type { Client } from '../client.js'
import { useSessionContext } from './session-context.js'

/** The client of the provider, for `fetch`, `signIn` and `signOut`. Throws without a `SessionProvider`. */
export function useClient(): Client {
  return useSessionContext().client
}
