/**
 * The JWS layer (RFC 7515, compact serialization): who signed these bytes. It knows no claims.
 * @module
 */
import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'
import { decodeBase64url, encodeBase64url } from './base64url.js'
import { deepFreeze, type JsonObject, parseJsonObject } from './json.js'
import type { SigningKey, VerificationKey } from './keys.js'
import { type Algorithm, MAX_TOKEN_LENGTH } from './protocol.js'
import { invalidToken, TokenError } from './token-error.js'

/** A protected header whose rules were checked. Deeply frozen: it is shared between tokens. */
export interface JwsHeader {
  readonly [parameter: string]: unknown
  readonly alg: Algorithm
  readonly kid?: string
}

export interface VerifyJwsOptions {
  /** The keys that may have signed; each has one algorithm. */
  readonly keys: readonly VerificationKey[]
  /** The algorithms that are accepted, compared case-sensitively. */
  readonly algorithms: readonly Algorithm[]
}

export interface VerifiedJws {
  readonly header: JwsHeader
  readonly payload: Uint8Array
}

export interface SignJwtOptions {
  readonly key: SigningKey
  /** `typ` of the header; `JWT` by default. */
  readonly type?: string
}

/** A header that a valid signature covered, and the key that made it. */
interface KnownHeader {
  /** The header's segment and the dot after it. */
  readonly prefix: string
  readonly header: JwsHeader
  readonly key: VerificationKey
}

const MAX_KNOWN_HEADERS = 16
const HMAC_TEXT_LENGTH = 43
const expectedMac = Buffer.alloc(HMAC_TEXT_LENGTH)
const presentedMac = Buffer.alloc(HMAC_TEXT_LENGTH)

/**
 * Headers repeat from token to token, so those of valid tokens are kept beside the key list that
 * they were checked against. Only holders of a key can add to it.
 */
const knownHeaders = new WeakMap<readonly VerificationKey[], KnownHeader[]>()

/**
 * Checks one signature and returns what it covers. Any payload but an empty one is accepted.
 *
 * The key is the one with the token's `kid`; a token without `kid` needs exactly one key of its
 * algorithm. `crit` is refused; `jwk`, `jku`, `x5c` and `x5u` are never looked at.
 * @throws TokenError `invalid_token`, `unknown_key`, `key_mismatch`
 */
export function verifyJws(token: string, options: VerifyJwsOptions): VerifiedJws {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) {
    throw invalidToken('length', `a token is a text of at most ${MAX_TOKEN_LENGTH} characters`)
  }
  const headerEnd = token.indexOf('.')
  const payloadEnd = token.indexOf('.', headerEnd + 1)
  if (headerEnd === -1 || payloadEnd === -1 || token.includes('.', payloadEnd + 1)) {
    throw invalidToken('shape', 'a token has three segments')
  }
  const known = findKnownHeader(token, options)
  const { header, key } = known ?? readHeader(token.slice(0, headerEnd), options)
  const payload = decode(token.slice(headerEnd + 1, payloadEnd))
  if (!isSignedBy(key, token.slice(0, payloadEnd), token.slice(payloadEnd + 1))) {
    throw invalidToken('signature', 'the signature does not match')
  }
  if (!known) remember({ prefix: token.slice(0, headerEnd + 1), header, key }, options.keys)
  return { header, payload }
}

/** Signs bytes under a header of the key's `alg` and the given parameters, nothing else. */
export function signJws(
  payload: Uint8Array,
  options: { readonly key: SigningKey; readonly header?: JsonObject },
): string {
  const { key, header } = options
  const alg = { alg: key.algorithm }
  const encodedHeader = encodeBase64url(JSON.stringify({ ...alg, ...header, ...alg }))
  return signSegments(`${encodedHeader}.${encodeBase64url(payload)}`, key)
}

/** Signs claims as a JWT under a header of `alg`, `kid` and `typ`. */
export function signJwt(claims: object, { key, type = 'JWT' }: SignJwtOptions): string {
  return signSegments(`${headerOf(key, type)}.${encodeBase64url(JSON.stringify(claims))}`, key)
}

/** The header that a key wrote last: it repeats from token to token. */
const lastHeaders = new WeakMap<SigningKey, { readonly typ: string; readonly segment: string }>()

function headerOf(key: SigningKey, typ: string): string {
  const last = lastHeaders.get(key)
  if (last?.typ === typ) return last.segment
  const segment = encodeBase64url(JSON.stringify({ alg: key.algorithm, kid: key.kid, typ }))
  if (Object.isFrozen(key)) lastHeaders.set(key, { typ, segment })
  return segment
}

function findKnownHeader(token: string, options: VerifyJwsOptions): KnownHeader | undefined {
  const known = knownHeaders.get(options.keys)
  if (!known) return undefined
  for (const candidate of known) {
    if (token.startsWith(candidate.prefix)) {
      const { keys, algorithms } = options
      const { key } = candidate
      return keys.includes(key) && algorithms.includes(key.algorithm) ? candidate : undefined
    }
  }
  return undefined
}

function remember(header: KnownHeader, keys: readonly VerificationKey[]): void {
  const known = knownHeaders.get(keys) ?? []
  if (known.length === MAX_KNOWN_HEADERS) known.shift()
  known.push(header)
  knownHeaders.set(keys, known)
}

function readHeader(segment: string, options: VerifyJwsOptions): Omit<KnownHeader, 'prefix'> {
  const header = parseJsonObject(decode(segment))
  if (!header) throw invalidToken('header', 'the header is not a JSON object')
  if (Object.hasOwn(header, 'crit')) throw invalidToken('crit', 'no extension is understood')
  const algorithm = options.algorithms.find((accepted) => accepted === header.alg)
  if (!algorithm) throw invalidToken('alg', 'the algorithm is not accepted')
  const key = findKey(header.kid, algorithm, options.keys)
  return { header: deepFreeze({ ...header, alg: algorithm } as JwsHeader), key }
}

function findKey(
  kid: unknown,
  algorithm: Algorithm,
  keys: readonly VerificationKey[],
): VerificationKey {
  const fitting = keys.filter((key) => key.algorithm === algorithm)
  if (kid === undefined) {
    const [key] = fitting
    if (key && fitting.length === 1) return key
    throw invalidToken('kid', 'a token without "kid" needs exactly one key of its algorithm')
  }
  if (typeof kid !== 'string' || kid === '') throw invalidToken('kid', '"kid" is not a text')
  const named = keys.filter((key) => key.kid === kid)
  if (named.length === 0) throw unknownKey(kid, algorithm, fitting)
  const [key] = named
  if (!key || named.length > 1 || key.algorithm !== algorithm) {
    throw invalidToken(
      'kid',
      'the key named by "kid" is for another algorithm, or not the only one',
    )
  }
  return key
}

/** Two services with different secrets are the commonest fault of shared secrets: name both. */
function unknownKey(
  kid: string,
  algorithm: Algorithm,
  fitting: readonly VerificationKey[],
): TokenError {
  const ours = fitting.map((key) => key.kid).join(', ')
  if (algorithm !== 'HS256' || ours === '' || !/^[\w-]{8}$/.test(kid)) {
    return new TokenError('unknown_key', 'kid', 'no key has the "kid" of the token')
  }
  const message = `the token was signed with secret ${kid}, this verifier holds ${ours}`
  return new TokenError('key_mismatch', 'kid', message)
}

function decode(segment: string): Buffer {
  const bytes = segment === '' ? undefined : decodeBase64url(segment)
  if (!bytes) throw invalidToken('base64url', 'a segment is empty or not canonical base64url')
  return bytes
}

/** `input` is all base64url and one dot by now, so that Latin-1 loses nothing. */
function isSignedBy(key: VerificationKey, input: string, segment: string): boolean {
  if (key.algorithm === 'HS256') return isHmac(key.key, input, segment)
  const bytes = Buffer.from(input, 'latin1')
  const signature = decode(segment)
  switch (key.algorithm) {
    case 'EdDSA':
      return verify(null, bytes, key.key, signature)
    case 'ES256':
      // Exactly r and s (RFC 7518 section 3.4); never the ASN.1 form.
      if (signature.length !== 64) return false
      return verify('sha256', bytes, { key: key.key, dsaEncoding: 'ieee-p1363' }, signature)
    case 'RS256':
      return verify('sha256', bytes, key.key, signature)
  }
}

/**
 * Compares the texts of both MACs: equal texts are also canonical, and Node makes a text in less
 * time than a `Buffer`. The two buffers are reused; nothing runs between write and comparison.
 */
function isHmac(key: KeyObject, input: string, segment: string): boolean {
  if (segment.length !== HMAC_TEXT_LENGTH) return false
  const expected = hmacText(key, input)
  expectedMac.write(expected, 'latin1')
  presentedMac.write(segment, 'latin1')
  // Latin-1 cuts foreign characters down to one byte, so equal bytes must be equal texts as well.
  return timingSafeEqual(expectedMac, presentedMac) && segment === expected
}

/** A text of the MAC costs less than a `Buffer`; see `isHmac`. */
function signSegments(input: string, { key, algorithm }: SigningKey): string {
  if (algorithm === 'HS256') return `${input}.${hmacText(key, input)}`
  return `${input}.${signatureOf(input, key, algorithm).toString('base64url')}`
}

function hmacText(key: KeyObject, input: string): string {
  return createHmac('sha256', key).update(input, 'latin1').digest('base64url')
}

function signatureOf(
  input: string,
  key: KeyObject,
  algorithm: Exclude<Algorithm, 'HS256'>,
): Buffer {
  const bytes = Buffer.from(input, 'latin1')
  switch (algorithm) {
    case 'EdDSA':
      return sign(null, bytes, key)
    case 'ES256':
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    case 'RS256':
      return sign('sha256', bytes, key)
  }
}
