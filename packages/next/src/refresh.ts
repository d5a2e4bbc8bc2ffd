import { createHash } from 'node:crypto'
import type { Backend, RefreshOutcome } from './backend.js'
import { isRenewable } from './sealed-session.js'

export type Refresh = Backend['refresh']

/**
 * A refresh that runs once per refresh token at a time in this process. This only saves requests:
 * the auth server answers parallel refreshes alike.
 */
export function createRefresh(backend: Backend): Refresh {
  const flights = new Map<string, Promise<RefreshOutcome>>()
  return (session, caller) => {
    if (!isRenewable(session)) return backend.refresh(session, caller)
    const key = createHash('sha256').update(session.refreshToken).digest('base64url')
    const flight = flights.get(key) ?? backend.refresh(session, caller)
    if (!flights.has(key)) {
      flights.set(key, flight)
      void flight.finally(() => flights.delete(key))
    }
    return flight
  }
}
