import { CLOCK_TOLERANCE_SECONDS } from '@countersign/core'

/** How long anybody may keep the key set: `max-age` of its answer. */
export const KEY_SET_MAX_AGE_SECONDS = 300

/** Between two looks of a server at its keys; it may sign with an outdated one for as long. */
export const RELOAD_SECONDS = 30

/** For a reload that failed, and for whatever is slow between a server and a verifier. */
const MARGIN_SECONDS = 90

/**
 * How long a key is published before it signs. A verifier may have asked a server that had not
 * reloaded yet, and keeps the answer for its whole `max-age`.
 */
export const PUBLISHED_BEFORE_SECONDS = KEY_SET_MAX_AGE_SECONDS + RELOAD_SECONDS + MARGIN_SECONDS

/** How long a key stays published after another one began to sign: until its last token ended. */
export function publishedAfterSeconds(accessLifetimeSeconds: number): number {
  return accessLifetimeSeconds + CLOCK_TOLERANCE_SECONDS + RELOAD_SECONDS + MARGIN_SECONDS
}
