/**
 * The one error of this package: no token was judged, because what it takes is not there.
 * @module
 */

/**
 * `service_unavailable`: the key set was never loaded and cannot be loaded now, or it is not known
 * what was revoked and the policy forbids to guess.
 */
export type VerifierErrorCode = 'service_unavailable'

/** Thrown instead of a verdict. The caller should try again; the token may well be good. */
export class VerifierError extends Error {
  override readonly name = 'VerifierError'
  readonly code: VerifierErrorCode = 'service_unavailable'
  /** Seconds after which the next attempt is made. */
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}
