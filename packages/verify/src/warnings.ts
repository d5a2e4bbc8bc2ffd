/**
 * What the operator should hear of, at most once a minute for each code.
 * @module
 */

/**
 * - `key_mismatch`: a token was signed with another shared secret than ours, or the issuer says so
 * - `jwks_unavailable`: the key set could not be loaded; the last good one stays in use
 * - `metadata_unavailable`: nothing is known of the issuer's secrets, so they were not compared
 * - `also_ended`: tokens by the keys of `also` are refused from now on
 * - `feed_stale`, `feed_live`: the revocation feed fell silent, and is back
 */
export type WarningCode =
  | 'key_mismatch'
  | 'jwks_unavailable'
  | 'metadata_unavailable'
  | 'also_ended'
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

/** A listener that hears each code at most once a minute. */
export function limitWarnings(listener: WarningListener, now: () => number): WarningListener {
  const quietUntil = new Map<WarningCode, number>()
  return (warning) => {
    const time = now()
    if (time < (quietUntil.get(warning.code) ?? 0)) return
    quietUntil.set(warning.code, time + INTERVAL_SECONDS)
    listener(warning)
  }
}

/** Writes to standard error, or to whoever listens to the `warning` event of the process. */
export function emitProcessWarning({ code, message }: VerifierWarning): void {
  process.emitWarning(message, { type: 'CountersignWarning', code })
}
