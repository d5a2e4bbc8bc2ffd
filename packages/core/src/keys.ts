/**
 * Keys: one algorithm each, checked once when they are made, then held as `KeyObject`.
 * @module
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { decodeBase64url } from './base64url.js'
import { ALGORITHMS, type Algorithm, MIN_SECRET_BYTES } from './protocol.js'

const MIN_RSA_BITS = 2048

/** A key that signs: private, or the shared secret of HS256. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly key: KeyObject
}

/** A key that verifies: public, or the shared secret of HS256. */
export interface VerificationKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly key: KeyObject
}

/** Algorithms with a private and a public key. */
export type AsymmetricAlgorithm = Exclude<Algorithm, 'HS256'>

/** A JWK (RFC 7517) as it comes from outside, before any check. */
export type Jwk = Readonly<Record<string, unknown>>

/** A public JWK as we publish it. */
export interface PublicJwk {
  readonly [member: string]: unknown
  readonly kty: string
  readonly kid: string
  readonly alg: AsymmetricAlgorithm
  readonly use: 'sig'
}

/** A private JWK as we make it. It never leaves the server. */
export interface PrivateJwk extends PublicJwk {
  readonly d: string
}

/** Members that RFC 7638 hashes, in its order; for public keys they are the whole key. */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  OKP: ['crv', 'kty', 'x'],
  EC: ['crv', 'kty', 'x', 'y'],
  RSA: ['e', 'kty', 'n'],
  oct: ['k', 'kty'],
}

/** Makes a key pair as one private JWK, with its thumbprint as `kid`. RS256 keys have 2048 bits. */
export async function generatePrivateJwk(algorithm: AsymmetricAlgorithm): Promise<PrivateJwk> {
  const key = await generatePrivateKey(algorithm)
  const jwk = key.export({ format: 'jwk' }) as Jwk & { kty: string; d: string }
  return { ...jwk, kid: thumbprint(jwk), alg: algorithm, use: 'sig' }
}

/**
 * The signing key of a private JWK.
 * @throws TypeError for a JWK without `alg`, of another type than `alg` needs, or whose halves differ
 */
export function signingKeyFromJwk(jwk: Jwk): SigningKey {
  const algorithm = algorithmOf(jwk)
  if (algorithm === 'HS256') return secretKeyFromJwk(jwk)
  const key = importKey(() => createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' }))
  assertFits(algorithm, key)
  const derived = createPublicKey(key).export({ format: 'jwk' }) as Jwk
  if (thumbprint(derived) !== thumbprint(jwk)) {
    throw new TypeError('the private and the public part of the JWK do not belong together')
  }
  return Object.freeze({ kid: kidOf(jwk), algorithm, key })
}

/**
 * The verification key of a JWK, public or private; `kid` defaults to the RFC 7638 thumbprint.
 * @throws TypeError for a JWK without `alg`, of another type than `alg` needs, or too weak
 */
export function verificationKeyFromJwk(jwk: Jwk): VerificationKey {
  const algorithm = algorithmOf(jwk)
  if (algorithm === 'HS256') return secretKeyFromJwk(jwk)
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new TypeError('"use" of the JWK is not sig')
  const members = pickMembers(jwk) as JsonWebKey
  const key = importKey(() => createPublicKey({ key: members, format: 'jwk' }))
  assertFits(algorithm, key)
  return Object.freeze({ kid: kidOf(jwk), algorithm, key })
}

/** The JWK to publish: the members of the public key, `kid`, `alg`, `use`, and nothing else. */
export function publicJwk(jwk: Jwk): PublicJwk {
  const algorithm = algorithmOf(jwk)
  if (algorithm === 'HS256') throw new TypeError('a shared secret has no public JWK')
  const members = pickMembers(jwk) as { kty: string }
  return { ...members, kid: kidOf(jwk), alg: algorithm, use: 'sig' }
}

/**
 * The HS256 key of a shared secret: the exact UTF-8 bytes of the text.
 * @throws TypeError for fewer than 32 bytes (RFC 7518 section 3.2), or the PEM text of another key
 */
export function hmacKey(secret: string): SigningKey & VerificationKey {
  if (typeof secret !== 'string') throw new TypeError('an HMAC secret is a text')
  if (secret.includes('-----BEGIN')) {
    throw new TypeError('a PEM key or certificate is not an HMAC secret')
  }
  return secretKey(Buffer.from(secret, 'utf8'))
}

/** The JWK thumbprint of RFC 7638 (SHA-256, base64url). Private members play no part. */
export function thumbprint(jwk: Jwk): string {
  return createHash('sha256')
    .update(JSON.stringify(pickMembers(jwk)))
    .digest('base64url')
}

function generatePrivateKey(algorithm: AsymmetricAlgorithm): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _: KeyObject, privateKey: KeyObject): void =>
      error ? reject(error) : resolve(privateKey)
    if (algorithm === 'EdDSA') generateKeyPair('ed25519', {}, done)
    else if (algorithm === 'ES256') generateKeyPair('ec', { namedCurve: 'P-256' }, done)
    else if (algorithm === 'RS256') generateKeyPair('rsa', { modulusLength: MIN_RSA_BITS }, done)
    else reject(new TypeError('the algorithm has no key pair'))
  })
}

function secretKeyFromJwk(jwk: Jwk): SigningKey & VerificationKey {
  if (jwk.kty !== 'oct') throw new TypeError('HS256 needs a JWK of type oct')
  const bytes = typeof jwk.k === 'string' ? decodeBase64url(jwk.k) : undefined
  if (!bytes) throw new TypeError('"k" of the JWK is not base64url')
  return secretKey(bytes, jwk.kid === undefined ? undefined : kidOf(jwk))
}

function secretKey(bytes: Buffer, kid = secretKid(bytes)): SigningKey & VerificationKey {
  const key = importKey(() => createSecretKey(bytes))
  assertFits('HS256', key)
  return Object.freeze({ kid, algorithm: 'HS256', key })
}

/** Names a secret without telling it, so that two services can see that theirs differ. */
function secretKid(bytes: Buffer): string {
  const digest = createHash('sha256').update('countersign-kid').update(bytes).digest('base64url')
  return digest.slice(0, 8)
}

function algorithmOf(jwk: Jwk): Algorithm {
  const algorithm = ALGORITHMS.find((candidate) => candidate === jwk.alg)
  if (!algorithm) throw new TypeError(`"alg" of the JWK is not one of ${ALGORITHMS.join(', ')}`)
  return algorithm
}

function kidOf(jwk: Jwk): string {
  if (jwk.kid === undefined) return thumbprint(jwk)
  if (typeof jwk.kid !== 'string' || jwk.kid === '') throw new TypeError('"kid" is not a text')
  return jwk.kid
}

function pickMembers(jwk: Jwk): Jwk {
  const names = Object.entries(THUMBPRINT_MEMBERS).find(([type]) => type === jwk.kty)?.[1]
  if (!names) throw new TypeError('"kty" of the JWK is not known')
  return Object.fromEntries(names.map((name) => [name, jwk[name]]))
}

function importKey(read: () => KeyObject): KeyObject {
  try {
    return read()
  } catch (cause) {
    throw new TypeError('the key cannot be read', { cause })
  }
}

/** One algorithm per key, and the key of its type (RFC 8725 section 3.1, RFC 7518 section 3). */
function assertFits(algorithm: Algorithm, key: KeyObject): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details, symmetricKeySize } = key
  switch (algorithm) {
    case 'EdDSA':
      if (type !== 'ed25519') throw new TypeError('EdDSA needs an Ed25519 key')
      return
    case 'ES256':
      if (type !== 'ec' || details?.namedCurve !== 'prime256v1') {
        throw new TypeError('ES256 needs a P-256 key')
      }
      return
    case 'RS256':
      if (type !== 'rsa' || (details?.modulusLength ?? 0) < MIN_RSA_BITS) {
        throw new TypeError(`RS256 needs an RSA key of at least ${MIN_RSA_BITS} bits`)
      }
      return
    case 'HS256':
      if ((symmetricKeySize ?? 0) < MIN_SECRET_BYTES) {
        throw new TypeError(`an HMAC secret needs at least ${MIN_SECRET_BYTES} bytes`)
      }
  }
}
