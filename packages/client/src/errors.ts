/**
 * The error of this package, told apart by `code`: `service_unavailable` (no answer, or none that
 * makes sense), or what the server answered, such as `csrf_rejected` or, to a sign-in,
 * `invalid_credentials`. Where it comes from `getAccessToken` or `fetch`, the user is still signed in.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  declare readonly code: string
  /** When a retry may succeed, if the server said so. Seconds. */
  declare readonly retryAfterSeconds?: number | undefined
  /** More than the code says, if the server said more. */
  declare readonly reason?: string | undefined

  constructor(
    code = 'service_unavailable',
    more?: Pick<ClientError, 'retryAfterSeconds' | 'reason'>,
  ) {
    super(code)
    Object.assign(this, more, { code })
  }
}
