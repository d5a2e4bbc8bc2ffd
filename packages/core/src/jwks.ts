/**
 * Key sets (RFC 7517 section 5) as a verifier may trust them.
 * @module
 */
import { type Jwk, type VerificationKey, verificationKeyFromJwk } from './keys.js'
import { ALGORITHMS } from './protocol.js'

/**
 * Why a key set is refused as a whole.
 *
 * - `key_set_malformed`: not `{ keys: [object, ...] }`
 * - `key_set_mixed`: shared secrets beside public keys
 * - `key_set_empty`: no key that we can use
 * - `key_duplicate`: two keys with one `kid`
 * - `key_private`: a private member of an asymmetric key
 * - `key_incomplete`: a key without `kid` or `alg`
 * - `key_unusable`: a key that does not fit its `alg`, is too weak, or cannot be read
 */
export type KeySetErrorCode =
  | 'key_set_malformed'
  | 'key_set_mixed'
  | 'key_set_empty'
  | 'key_duplicate'
  | 'key_private'
  | 'key_incomplete'
  | 'key_unusable'

/** Of RSA, EC and OKP keys (RFC 7518 section 6, RFC 8037 section 2); any of them gives the key away. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth']

/** Thrown for a key set that is refused. */
export class KeySetError extends Error {
  override readonly name = 'KeySetError'
  readonly code: KeySetErrorCode

  constructor(code: KeySetErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * The verification keys of a key set. A set with one bad key is refused whole; keys for encryption
 * and of algorithms that we do not know are passed over (RFC 7517 section 5).
 * @throws KeySetError
 */
export function verificationKeys(jwks: {
  readonly keys: readonly unknown[]
}): readonly VerificationKey[] {
  const list = jwksOf(jwks)
  const secrets = list.filter((jwk) => jwk.kty === 'oct').length
  if (secrets > 0 && secrets < list.length) {
    throw new KeySetError('key_set_mixed', 'shared secrets and public keys in one key set')
  }
  const keys = list.filter(isForUs).map(verificationKey)
  if (keys.length === 0) throw new KeySetError('key_set_empty', 'no usable key in the key set')
  return Object.freeze(keys)
}

function jwksOf(jwks: { readonly keys: readonly unknown[] }): readonly Jwk[] {
  const list: unknown = jwks?.keys
  if (!Array.isArray(list) || !list.every(isJwk)) {
    throw new KeySetError('key_set_malformed', '"keys" is not a list of keys')
  }
  if (new Set(list.map((jwk) => jwk.kid)).size !== list.length) {
    throw new KeySetError('key_duplicate', 'two keys of the key set have the same "kid", or none')
  }
  return list
}

function isJwk(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isForUs(jwk: Jwk): boolean {
  const isForSignatures = jwk.use === undefined || jwk.use === 'sig'
  const isUnknown = typeof jwk.alg === 'string' && !ALGORITHMS.some((known) => known === jwk.alg)
  return isForSignatures && !isUnknown
}

function verificationKey(jwk: Jwk): VerificationKey {
  if (typeof jwk.kid !== 'string' || jwk.kid === '' || typeof jwk.alg !== 'string') {
    throw new KeySetError('key_incomplete', 'a key of the key set has no "kid" or no "alg"')
  }
  if (PRIVATE_MEMBERS.some((name) => jwk[name] !== undefined))
    throw new KeySetError('key_private', 'a private key in the key set')
  try {
    return verificationKeyFromJwk(jwk)
  } catch (cause) {
    throw new KeySetError('key_unusable', 'a key of the key set cannot be used', { cause })
  }
}
