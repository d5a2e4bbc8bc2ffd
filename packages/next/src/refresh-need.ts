import type { Backend } from './backend.js'
import { isRenewable, type SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/** `soon`: the token serves on if the refresh fails; `now`: it must not be used any more. */
export type RefreshNeed = 'none' | 'soon' | 'now'

export type NeedOf = (session: SealedSession) => RefreshNeed

/** A token younger than this may have a key that the verifier is only about to learn. Seconds. */
const KEY_LEARNING_SECONDS = 60

/**
 * Whether a session needs a refresh: because no more than the margin, or than a tenth of the token's
 * lifetime, remains, or because the token was revoked: its session ended, or the role changed. A
 * session that cannot be renewed needs none for reasons of time before its end.
 */
export function createNeedOf(settings: Settings, backend: Backend): NeedOf {
  return (session) => {
    const left = session.accessExpiresAt - settings.now()
    if (left < 1) return 'now'
    const refusal = backend.refusalOf?.(session.accessToken)
    if (refusal === 'token_revoked') return 'now'
    if (!isRenewable(session, settings.now())) return 'none'
    const age = settings.now() - session.accessIssuedAt
    // A key that was stolen is taken away at once; its tokens are worthless, their sessions are not.
    if (refusal === 'unknown_key' && age > KEY_LEARNING_SECONDS) return 'soon'
    const lifetime = session.accessExpiresAt - session.accessIssuedAt
    return left <= Math.min(settings.refreshMarginSeconds, lifetime / 10) ? 'soon' : 'none'
  }
}
