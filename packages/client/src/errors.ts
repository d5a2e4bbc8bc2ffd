/**
 * The error of this package, told apart by `code`: `service_unavailable` (no answer, or none that
 * makes sense), or the code that the token or sign-out route answered, such as `csrf_rejected`.
 * It never means that the user is signed out.
 */
export class ClientError extends Error {
  readonly code: string
  /** When a retry may succeed, if the server said so. Seconds. */
  readonly retryAfterSeconds: number | undefined
  override readonly name = 'ClientError'

  constructor(code: string, options: { retryAfterSeconds?: number | undefined } = {}) {
    super(`The access token could not be renewed (${code})`)
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
