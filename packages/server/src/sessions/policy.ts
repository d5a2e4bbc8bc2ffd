import { SESSION_POLICY } from '@countersign/core'

/** Lifetimes and windows of sessions, in seconds (`spec/protocol.md`, "Rotation"). */
export interface SessionPolicy {
  /** A remembered session ends after this long without a refresh. */
  readonly idleSeconds: number
  /** A remembered session ends after this long in any case. */
  readonly absoluteSeconds: number
  /** Idle and absolute end of a session that is not remembered. */
  readonly shortSessionSeconds: number
  /** G: how long an outdated token of the current lineage still gets the current one. 0 to 300. */
  readonly graceSeconds: number
  /** C: how long a fresh token is answered with itself. At least G. */
  readonly coalesceSeconds: number
  /** R: how long the parent may replace a successor that never arrived. 0 turns it off. */
  readonly recoverySeconds: number
}

/** Every second use of a token is theft (RFC 9700 section 4.14.2 read literally). */
export const STRICT_WINDOWS = { graceSeconds: 0, coalesceSeconds: 0, recoverySeconds: 0 } as const

/**
 * Fills in defaults.
 * @throws TypeError for values that would log out honest users or never end a session
 */
export function sessionPolicy(given: Partial<SessionPolicy> = {}): SessionPolicy {
  const policy = { ...SESSION_POLICY, ...given }
  for (const [name, value] of Object.entries(policy)) {
    if (!(name in SESSION_POLICY)) throw new TypeError(`unknown session option "${name}"`)
    if (!Number.isFinite(value) || value < 0) {
      throw new TypeError(`"${name}" must be a number of seconds, not below zero`)
    }
  }
  if (policy.graceSeconds > 300) throw new TypeError('"graceSeconds" may be at most 300')
  if (policy.coalesceSeconds < policy.graceSeconds) {
    throw new TypeError(
      '"coalesceSeconds" must not be below "graceSeconds": an honest late request would look like theft',
    )
  }
  const { idleSeconds, absoluteSeconds, shortSessionSeconds } = policy
  if (Math.min(idleSeconds, absoluteSeconds, shortSessionSeconds) < 1) {
    throw new TypeError('session lifetimes must be at least one second')
  }
  return policy
}
