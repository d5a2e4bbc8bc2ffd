/**
 * What the operator should hear of, not more often than it helps.
 * @module
 */

/**
 * - `key_mismatch`: a token was signed with another shared secret than ours, or the issuer says so
 * - `jwks_unavailable`: the key set could not be loaded; the last good one stays in use
 * - `metadata_unavailable`: nothing is known of the issuer's secrets, so they were not compared
 * - `also_ended`: tokens by the keys of `also` are refused from now on
 * - `introspection_unavailable`: the feed is stale, and the issuer could not be asked either
 * - `feed_stale`, `feed_live`: the revocation feed fell silent, and is back
 */
export type WarningCode =
  | 'key_mismatch'
  | 'jwks_unavailable'
  | 'metadata_unavailable'
  | 'also_ended'
  | 'introspection_unavailable'
  | 'feed_stale'
  | 'feed_live'

/** A warning. It names no token and no secret. */
export interface VerifierWarning {
  readonly code: WarningCode
  readonly message: string
  readonly cause?: unknown
}

export type WarningListener = (warning: VerifierWarning) => void

const INTERVAL_SECONDS = 60

/** News of a state, told once by themselves: if one were dropped, the last one heard would be wrong. */
const NEWS: readonly WarningCode[] = ['also_ended', 'feed_stale', 'feed_live']

/** A listener that hears each code at most once a minute; news of a state always. */
export function limitWarnings(listener: WarningListener, now: () => number): WarningListener {
  const quietUntil = new Map<WarningCode, number>()
  return (warning) => {
    const time = now()
    if (NEWS.includes(warning.code)) return listener(warning)
    if (time < (quietUntil.get(warning.code) ?? 0)) return
    quietUntil.set(warning.code, time + INTERVAL_SECONDS)
    listener(warning)
  }
}

/** Writes to standard error, or to whoever listens to the `warning` event of the process. */
export function emitProcessWarning({ code, message, cause }: VerifierWarning): void {
  const detail = reasonOf(cause)
  process.emitWarning(message, { type: 'CountersignWarning', code, ...(detail ? { detail } : {}) })
}

/** `fetch` hides the reason in the cause of its error. */
function reasonOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined
  const inner = reasonOf(cause.cause)
  return inner ? `${cause.message}: ${inner}` : cause.message
}
