import { createHash } from 'node:crypto'
import type { Backend, RefreshOutcome } from './backend.js'
import { hasEndedHere } from './ended-here.js'
import type { NeedOf } from './refresh-need.js'
import type { SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'

export type Refresh = Backend['refresh']

/** Longest time for which late requests get the session that earlier ones brought. Seconds. */
const KEPT_SECONDS = 10

const SIGNED_OUT: RefreshOutcome = {
  kind: 'ended',
  code: 'session_ended',
  reason: 'signed_out',
}

/**
 * A refresh that runs once per session at a time in this process. Requests that left the browser
 * before its answer arrived there carry the old cookie, and may come after it: for a moment they get
 * the same answer, as long as that is as good as a new one. This only saves requests: the auth server
 * answers parallel and late refreshes alike. After a sign-out there is none.
 */
export function createRefresh(
  backend: Backend,
  { settings, needOf }: { settings: Pick<Settings, 'now'>; needOf: NeedOf },
): Refresh {
  const flights = new Map<string, Promise<RefreshOutcome>>()
  const kept = new Map<string, Kept>()

  const fly: Refresh = async (session, caller) => {
    const outcome = await backend.refresh(session, caller)
    if (outcome.kind === 'renewed') {
      forget(kept, settings.now())
      kept.set(keyOf(session), { outcome, until: settings.now() + keepSeconds(outcome.session) })
    }
    return outcome
  }

  return async (session, caller) => {
    if (hasEndedHere(session.sessionId)) return SIGNED_OUT
    if (session.refreshToken === '') return backend.refresh(session, caller)
    const key = keyOf(session)
    const { outcome, until = 0 } = kept.get(key) ?? {}
    if (outcome && settings.now() < until && needOf(outcome.session) === 'none') return outcome
    const flight = flights.get(key) ?? fly(session, caller).finally(() => flights.delete(key))
    flights.set(key, flight)
    const landed = await flight
    return hasEndedHere(session.sessionId) ? SIGNED_OUT : landed
  }
}

interface Kept {
  readonly outcome: RefreshOutcome & { readonly kind: 'renewed' }
  /** In seconds. */
  readonly until: number
}

/** By both tokens: whose access token was renewed since then asks for another one. */
function keyOf({ refreshToken, tokenId }: SealedSession): string {
  return createHash('sha256').update(`${tokenId} ${refreshToken}`).digest('base64url')
}

/** A short life is not spent waiting here. */
function keepSeconds({ accessIssuedAt, accessExpiresAt }: SealedSession): number {
  return Math.min(KEPT_SECONDS, (accessExpiresAt - accessIssuedAt) / 3)
}

/** They are in the order in which they came, and in that of their ends wherever lives are alike. */
function forget(kept: Map<string, Kept>, now: number): void {
  for (const [key, { until }] of kept) {
    if (until > now) return
    kept.delete(key)
  }
}
