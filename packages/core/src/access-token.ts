/**
 * The access token: a JWT of the RFC 9068 profile with the claims of `spec/protocol.md`.
 * @module
 */
import { parseJsonObject } from './json.js'
import { signJwt, verifyJws } from './jws.js'
import type { SigningKey, VerificationKey } from './keys.js'
import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  ACCESS_TOKEN_TYPE,
  type Algorithm,
  CLOCK_TOLERANCE_SECONDS,
  MAX_TOKEN_LENGTH,
} from './protocol.js'
import { invalidToken, TokenError } from './token-error.js'

/** Claims of an access token; instants are NumericDate seconds. */
export interface AccessTokenClaims {
  readonly [claim: string]: unknown
  readonly iss: string
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly client_id: string
  readonly sid: string
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly nbf?: number
  readonly email: string
  readonly role: string
  /** Grows with every change of role, ban or credentials of the user. */
  readonly ver: number
}

export interface VerifyAccessTokenOptions {
  readonly keys: readonly VerificationKey[]
  readonly algorithms: readonly Algorithm[]
  /** Compared exactly with `iss`. */
  readonly issuer: string
  /** Must be `aud`, or one of it. */
  readonly audience: string
  /** Current time in seconds. */
  readonly now?: () => number
  /** How far `iat` and `nbf` may lie ahead. 5 by default. `exp` has no tolerance. */
  readonly toleranceSeconds?: number
  /** Longest `exp - iat` that is accepted. 900 and the tolerance by default. */
  readonly maxLifetimeSeconds?: number
}

/**
 * Signs an access token. It refuses to sign what no verifier would accept.
 * @throws TypeError if a claim is missing or of the wrong form, or the token too long
 */
export function signAccessToken(claims: AccessTokenClaims, key: SigningKey): string {
  const fault = findFault(claims)
  if (fault) throw new TypeError(`claim "${fault}" is missing or of the wrong form`)
  const token = signJwt(claims, { key, type: ACCESS_TOKEN_TYPE })
  if (token.length > MAX_TOKEN_LENGTH) throw new TypeError('the claims make the token too long')
  return token
}

/**
 * Verifies an access token by every rule of `spec/protocol.md`, "Access token".
 * @throws TokenError `invalid_token`, `token_expired`, `unknown_key`, `key_mismatch`
 */
export function verifyAccessToken(
  token: string,
  options: VerifyAccessTokenOptions,
): AccessTokenClaims {
  const { header, payload } = verifyJws(token, options)
  if (header.kid === undefined) throw invalidToken('kid', 'an access token names its key')
  if (!isAccessTokenType(header.typ)) throw invalidToken('typ', 'the token is no access token')
  const claims = parseJsonObject(payload)
  if (!claims) throw invalidToken('payload', 'the payload is not a JSON object')
  const fault = findFault(claims)
  if (fault) throw invalidToken(fault, `"${fault}" is missing or of the wrong form`)
  checkRecipient(claims as AccessTokenClaims, options)
  checkTime(claims as AccessTokenClaims, options)
  return claims as AccessTokenClaims
}

/** Whether `exp` has been reached. Caches must ask again on every hit. */
export function isExpired(exp: number, now: number): boolean {
  return !(exp > now)
}

/** Current time in whole seconds. */
export function currentSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Media types ignore case, and may leave `application/` out (RFC 7515 section 4.1.9). */
function isAccessTokenType(typ: unknown): boolean {
  if (typ === ACCESS_TOKEN_TYPE) return true
  if (typeof typ !== 'string') return false
  const type = typ.toLowerCase()
  return type === ACCESS_TOKEN_TYPE || type === `application/${ACCESS_TOKEN_TYPE}`
}

/** The first claim that is missing or of the wrong form. */
function findFault(claims: { readonly [claim: string]: unknown }): string | undefined {
  if (typeof claims.iss !== 'string') return 'iss'
  if (!isAudience(claims.aud)) return 'aud'
  if (!isText(claims.sub)) return 'sub'
  if (!isText(claims.client_id)) return 'client_id'
  if (!isText(claims.sid)) return 'sid'
  if (!isText(claims.jti)) return 'jti'
  if (!isText(claims.email)) return 'email'
  if (!isText(claims.role) || claims.role.includes(',')) return 'role'
  if (!isVersion(claims.ver)) return 'ver'
  if (!isInstant(claims.iat)) return 'iat'
  if (!isInstant(claims.exp)) return 'exp'
  if (claims.nbf !== undefined && !isInstant(claims.nbf)) return 'nbf'
  return undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isVersion(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isAudience(value: unknown): boolean {
  if (typeof value === 'string') return true
  return Array.isArray(value) && value.every((member) => typeof member === 'string')
}

function isInstant(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
}

function checkRecipient(claims: AccessTokenClaims, options: VerifyAccessTokenOptions): void {
  const { iss, aud } = claims
  if (iss !== options.issuer) throw invalidToken('iss', '"iss" is another issuer')
  const isForUs =
    typeof aud === 'string' ? aud === options.audience : aud.includes(options.audience)
  if (!isForUs) throw invalidToken('aud', '"aud" is another audience')
}

function checkTime(claims: AccessTokenClaims, options: VerifyAccessTokenOptions): void {
  const { exp, iat, nbf } = claims
  const now = (options.now ?? currentSeconds)()
  const tolerance = options.toleranceSeconds ?? CLOCK_TOLERANCE_SECONDS
  const maxLifetime = options.maxLifetimeSeconds ?? ACCESS_TOKEN_LIFETIME_SECONDS + tolerance
  if (isExpired(exp, now)) throw new TokenError('token_expired', 'exp', '"exp" is in the past')
  if (iat > now + tolerance) throw invalidToken('iat', '"iat" is in the future')
  if (nbf !== undefined && nbf > now + tolerance) {
    throw invalidToken('nbf', '"nbf" is in the future')
  }
  if (exp - iat > maxLifetime) throw invalidToken('lifetime', 'the token lives too long')
}
