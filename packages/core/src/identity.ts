/**
 * Who a verified access token speaks for, in the words of applications.
 * @module
 */
import type { AccessTokenClaims } from './access-token.js'
import { deepFreeze } from './json.js'

/** A verified identity. Deeply frozen, since it may come from a cache. Instants are in seconds. */
export interface Identity {
  readonly userId: string
  readonly email: string
  readonly role: string
  readonly sessionId: string
  readonly tokenId: string
  readonly clientId: string
  readonly issuedAt: number
  readonly expiresAt: number
  /** Same as `issuedAt`. */
  readonly iat: number
  /** Same as `expiresAt`. */
  readonly exp: number
  readonly claims: AccessTokenClaims
}

/** The identity in verified claims; freezes the claims. */
export function identityFromClaims(claims: AccessTokenClaims): Identity {
  return Object.freeze({
    userId: claims.sub,
    email: claims.email,
    role: claims.role,
    sessionId: claims.sid,
    tokenId: claims.jti,
    clientId: claims.client_id,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    iat: claims.iat,
    exp: claims.exp,
    claims: deepFreeze(claims),
  })
}
