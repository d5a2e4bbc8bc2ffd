import { isSeconds, isText, parseObject } from './shape.js'

/** What the web server reads from an access token that it got from the auth server itself. */
export interface TokenClaims {
  readonly sub: string
  readonly sid: string
  readonly jti: string
  /** Seconds since 1970. */
  readonly iat: number
  /** Seconds since 1970. */
  readonly exp: number
}

/**
 * Reads claims without checking the signature, for bookkeeping only: who may see what is decided by
 * the verifier. Null for anything that does not look like an access token.
 */
export function readTokenClaims(token: string): TokenClaims | null {
  const [, payload, signature] = token.split('.')
  if (!payload || !signature) return null
  const claims = parseObject(Buffer.from(payload, 'base64url').toString('utf8'))
  if (!claims) return null
  const { sub, sid, jti, iat, exp } = claims
  if (!isText(sub) || !isText(sid) || !isText(jti)) return null
  return isSeconds(iat) && isSeconds(exp) ? { sub, sid, jti, iat, exp } : null
}
