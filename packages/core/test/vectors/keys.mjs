/**
 * Thumbprints, secrets and key sets.
 * @module
 */
import {
  base64url,
  ED25519,
  OTHER_SECRET,
  P256,
  publicJwk,
  RSA,
  SECRET,
  secretKid,
} from './signing.mjs'

const ED = publicJwk(ED25519, { alg: 'EdDSA', kid: 'ed', use: 'sig' })
const ES = publicJwk(P256, { alg: 'ES256', kid: 'es', use: 'sig' })
const RS = publicJwk(RSA, { alg: 'RS256', kid: 'rs', use: 'sig' })
const OCT = { kty: 'oct', k: base64url(SECRET), alg: 'HS256', kid: 'hs' }
const without = (jwk, member) =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== member))

/** RFC 7638 section 3.1. */
const RFC7638 = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
}
const SHORT_RSA = {
  kty: 'RSA',
  n: '2TFaVCa7sZegrjPC-9lSKwNB0yoR_OUcAdx9sykB65YUhIVdxjwxUVTwa61TwF7HenJaqxlH_-hMLgMY2Qc1JwSFl9iO7qWjqK9zT9_Txy0NGRsugDdBZLgmunEK7hUloVVcL1Bxu83bp0Ar2maOT6o6to1E__3lkpyGXMwYvx0',
  e: 'AQAB',
  alg: 'RS256',
  kid: 'short',
}

const vectors = [
  {
    id: 'thumbprint-rfc7638',
    why: 'RFC 7638 3.1',
    input: { jwk: RFC7638 },
    expect: { thumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' },
  },
  {
    id: 'thumbprint-rfc8037',
    why: 'RFC 8037 A.3: a private key has the thumbprint of its public key',
    input: { jwk: ED25519 },
    expect: { thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k' },
  },

  {
    id: 'secret-kid',
    why: 'the first 8 characters of base64url(SHA-256("countersign-kid" || secret))',
    input: { secret: SECRET },
    expect: { kid: secretKid(SECRET) },
  },
  {
    id: 'secret-kid-other',
    why: 'another secret, another kid',
    input: { secret: OTHER_SECRET },
    expect: { kid: secretKid(OTHER_SECRET) },
  },
  {
    id: 'secret-utf8',
    why: '16 characters are 32 bytes of UTF-8',
    input: { secret: 'é'.repeat(16) },
    expect: { kid: secretKid('é'.repeat(16)) },
  },
  {
    id: 'secret-space',
    why: 'the exact bytes count: nothing is trimmed',
    input: { secret: ` ${SECRET}\n` },
    expect: { kid: secretKid(` ${SECRET}\n`) },
  },
  {
    id: 'secret-empty',
    why: 'an empty secret',
    input: { secret: '' },
    expect: { error: 'secret' },
  },
  {
    id: 'secret-31-bytes',
    why: 'one byte too few (RFC 7518 3.2)',
    input: { secret: 'x'.repeat(31) },
    expect: { error: 'secret' },
  },
  {
    id: 'secret-pem',
    why: 'the PEM text of a public key',
    input: {
      secret:
        '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n',
    },
    expect: { error: 'secret' },
  },
  {
    id: 'secret-pem-space',
    why: 'the same after a space',
    input: {
      secret:
        ' -----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n',
    },
    expect: { error: 'secret' },
  },

  {
    id: 'set-good',
    why: 'three algorithms',
    input: { jwks: { keys: [ED, ES, RS] } },
    expect: { kids: ['ed', 'es', 'rs'] },
  },
  {
    id: 'set-secrets',
    why: 'shared secrets alone',
    input: { jwks: { keys: [OCT] } },
    expect: { kids: ['hs'] },
  },
  {
    id: 'set-encryption-key',
    why: 'a key for encryption is passed over (RFC 7517 5)',
    input: { jwks: { keys: [ED, { ...RS, use: 'enc', alg: 'RSA-OAEP' }] } },
    expect: { kids: ['ed'] },
  },
  {
    id: 'set-unknown-algorithm',
    why: 'an algorithm of tomorrow is passed over',
    input: { jwks: { keys: [ED, { kty: 'AKP', alg: 'ML-DSA-44', kid: 'pq', pub: 'AA' }] } },
    expect: { kids: ['ed'] },
  },
  {
    id: 'set-mixed',
    why: 'shared secrets beside public keys',
    input: { jwks: { keys: [ED, OCT] } },
    expect: { code: 'key_set_mixed' },
  },
  {
    id: 'set-duplicate',
    why: 'two keys with one kid',
    input: { jwks: { keys: [ED, { ...ES, kid: 'ed' }] } },
    expect: { code: 'key_duplicate' },
  },
  {
    id: 'set-empty',
    why: 'no key',
    input: { jwks: { keys: [] } },
    expect: { code: 'key_set_empty' },
  },
  {
    id: 'set-only-unknown',
    why: 'no key of ours',
    input: { jwks: { keys: [{ kty: 'AKP', alg: 'ML-DSA-44', kid: 'pq' }] } },
    expect: { code: 'key_set_empty' },
  },
  { id: 'set-no-keys', why: 'no list', input: { jwks: {} }, expect: { code: 'key_set_malformed' } },
  { id: 'set-null', why: 'null', input: { jwks: null }, expect: { code: 'key_set_malformed' } },
  {
    id: 'set-text',
    why: 'a text in the list',
    input: { jwks: { keys: ['key'] } },
    expect: { code: 'key_set_malformed' },
  },
  {
    id: 'set-no-kid',
    why: 'a key without kid',
    input: { jwks: { keys: [without(ED, 'kid')] } },
    expect: { code: 'key_incomplete' },
  },
  {
    id: 'set-empty-kid',
    why: 'an empty kid',
    input: { jwks: { keys: [{ ...ED, kid: '' }] } },
    expect: { code: 'key_incomplete' },
  },
  {
    id: 'set-no-alg',
    why: 'a key without alg is never guessed',
    input: { jwks: { keys: [without(ED, 'alg')] } },
    expect: { code: 'key_incomplete' },
  },
  {
    id: 'set-private',
    why: 'a private key was published',
    input: { jwks: { keys: [{ ...ED, d: ED25519.d }] } },
    expect: { code: 'key_private' },
  },
  {
    id: 'set-private-prime',
    why: 'a prime of an RSA key is as good as the private key',
    input: { jwks: { keys: [{ ...RS, p: RSA.p }] } },
    expect: { code: 'key_private' },
  },
  {
    id: 'set-private-among-good',
    why: 'one private key spoils the set',
    input: { jwks: { keys: [ES, { ...RS, d: RSA.d }, ED] } },
    expect: { code: 'key_private' },
  },
  {
    id: 'set-duplicate-same',
    why: 'one key twice',
    input: { jwks: { keys: [ED, ED] } },
    expect: { code: 'key_duplicate' },
  },
  {
    id: 'set-number-kid',
    why: 'a kid that is no text',
    input: { jwks: { keys: [{ ...ED, kid: 1 }] } },
    expect: { code: 'key_incomplete' },
  },
  {
    id: 'set-lower-alg',
    why: 'an alg in another case is one that we do not know',
    input: { jwks: { keys: [{ ...ED, alg: 'eddsa' }, ES] } },
    expect: { kids: ['es'] },
  },
  {
    id: 'set-keys-object',
    why: 'keys as an object',
    input: { jwks: { keys: { ed: ED } } },
    expect: { code: 'key_set_malformed' },
  },
  {
    id: 'set-wrong-type',
    why: 'an EC key for EdDSA',
    input: { jwks: { keys: [{ ...ES, alg: 'EdDSA' }] } },
    expect: { code: 'key_unusable' },
  },
  {
    id: 'set-oct-as-public',
    why: 'a shared secret for EdDSA',
    input: { jwks: { keys: [{ ...OCT, alg: 'EdDSA' }] } },
    expect: { code: 'key_unusable' },
  },
  {
    id: 'set-public-as-secret',
    why: 'a public key for HS256',
    input: { jwks: { keys: [{ ...ED, alg: 'HS256' }] } },
    expect: { code: 'key_unusable' },
  },
  {
    id: 'set-wrong-curve',
    why: 'X25519 does not sign',
    input: { jwks: { keys: [{ ...ED, crv: 'X25519' }] } },
    expect: { code: 'key_unusable' },
  },
  {
    id: 'set-off-curve',
    why: 'a point that is not on the curve',
    input: { jwks: { keys: [{ ...ES, y: ES.x }] } },
    expect: { code: 'key_unusable' },
  },
  {
    id: 'set-short-rsa',
    why: 'RSA below 2048 bits',
    input: { jwks: { keys: [SHORT_RSA] } },
    expect: { code: 'key_unusable' },
  },
  {
    id: 'set-short-secret',
    why: 'a secret below 32 bytes',
    input: { jwks: { keys: [{ ...OCT, k: base64url('short') }] } },
    expect: { code: 'key_unusable' },
  },
  {
    id: 'set-empty-secret',
    why: 'an empty secret',
    input: { jwks: { keys: [{ ...OCT, k: '' }] } },
    expect: { code: 'key_unusable' },
  },
]

export const keyVectors = {
  description:
    'RFC 7638 thumbprints of "jwk"; the kid of "secret" as HS256 key, or an error; the kids of "jwks" as key set, or the code of the refusal.',
  vectors,
}
