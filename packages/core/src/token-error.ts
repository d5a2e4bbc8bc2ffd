/**
 * The one error of this package: a token that is not accepted.
 * @module
 */

/**
 * What the verifying program may act upon.
 *
 * - `invalid_token`: forged, malformed, or meant for someone else
 * - `token_expired`: was good until `exp`
 * - `unknown_key`: no key has the token's `kid`; a newer key set may have it
 * - `key_mismatch`: signed with another shared secret than ours, by its `kid`
 * - `token_revoked`: was good until its session ended or its user changed
 */
export type TokenErrorCode =
  | 'invalid_token'
  | 'token_expired'
  | 'unknown_key'
  | 'key_mismatch'
  | 'token_revoked'

/** What the caller may be told: all but `token_expired` look like any forged token. */
export type PublicTokenErrorCode = 'invalid_token' | 'token_expired'

/** Thrown for every token that is refused. The message names the rule, never a part of the token. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode
  /** The rule that refused, such as `signature`, `typ` or `aud`: for logs and tests. */
  readonly rule: string

  constructor(code: TokenErrorCode, rule: string, message: string) {
    super(message)
    this.code = code
    this.rule = rule
  }

  /** The code for the caller, who must not learn more. */
  get publicCode(): PublicTokenErrorCode {
    return this.code === 'token_expired' ? 'token_expired' : 'invalid_token'
  }
}

/** An `invalid_token` error. */
export function invalidToken(rule: string, message: string): TokenError {
  return new TokenError('invalid_token', rule, message)
}
