import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  type AccessTokenClaims,
  signAccessToken,
  type VerifyAccessTokenOptions,
  verifyAccessToken,
} from '../src/access-token.js'
import { identityFromClaims } from '../src/identity.js'
import { verificationKeys } from '../src/jwks.js'
import { signJwt } from '../src/jws.js'
import { generatePrivateJwk, hmacKey, publicJwk, signingKeyFromJwk } from '../src/keys.js'
import { readVectors, thrownBy, type Vector } from './vectors.js'

interface Input extends Omit<VerifyAccessTokenOptions, 'keys' | 'now'> {
  readonly token: string
  readonly secret: string | null
  readonly jwks?: { keys: unknown[] }
  readonly now: number
}

interface Expect {
  readonly identity?: Record<string, unknown>
  readonly code?: string
  readonly rule?: string
}

const { defaults, vectors } = readVectors<{ defaults: Input; vectors: Vector<Input, Expect>[] }>(
  'access-token',
)
const accepted = vectors.filter(({ expect }) => expect.identity)
const refused = vectors.filter(({ expect }) => expect.code)

const NOW = 1_800_000_000
const KEY = hmacKey('countersign-test-secret-0123456789abcdef')
const CLAIMS: AccessTokenClaims = {
  iss: 'https://auth.example.com/api/auth',
  aud: 'todo-api',
  sub: 'user-1',
  client_id: 'todo-web',
  sid: 'session-1',
  jti: 'token-1',
  iat: NOW,
  exp: NOW + 900,
  email: 'ada@example.com',
  role: 'user',
  ver: 1,
}
const OPTIONS = {
  keys: [KEY],
  algorithms: ['HS256'],
  issuer: CLAIMS.iss,
  audience: 'todo-api',
  now: () => NOW,
} satisfies VerifyAccessTokenOptions

function verifyVector(input: Input): AccessTokenClaims {
  const { token, secret, jwks, now, ...options } = { ...defaults, ...input }
  const keys = secret === null ? verificationKeys(jwks ?? { keys: [] }) : [hmacKey(secret)]
  return verifyAccessToken(token, { ...options, keys, now: () => now })
}

describe('verifyAccessToken', () => {
  it.each(accepted)('accepts $id: $why', ({ input, expect: { identity } }) => {
    expect(identityFromClaims(verifyVector(input))).toMatchObject(identity ?? {})
  })

  it.each(refused)('refuses $id: $why', ({ input, expect: { code, rule } }) => {
    expect(thrownBy(() => verifyVector(input))).toMatchObject({ name: 'TokenError', code, rule })
  })

  it('takes the system clock by default', () => {
    const iat = Math.floor(Date.now() / 1000)
    const { now: _, ...options } = OPTIONS
    const fresh = signAccessToken({ ...CLAIMS, iat, exp: iat + 900 }, KEY)
    const stale = signAccessToken({ ...CLAIMS, iat: iat - 900, exp: iat - 1 }, KEY)

    expect(verifyAccessToken(fresh, options)).toMatchObject({ sub: 'user-1' })
    expect(thrownBy(() => verifyAccessToken(stale, options))).toMatchObject({
      code: 'token_expired',
    })
  })

  it('accepts nothing while the clock is broken', () => {
    const token = signAccessToken(CLAIMS, KEY)

    const error = thrownBy(() => verifyAccessToken(token, { ...OPTIONS, now: () => Number.NaN }))

    expect(error).toMatchObject({ code: 'token_expired' })
  })
})

describe('signAccessToken', () => {
  it.each(['EdDSA', 'ES256', 'RS256'] as const)(
    'writes %s tokens that we and jose accept',
    async (algorithm) => {
      const jwk = await generatePrivateJwk(algorithm)
      const jwks = { keys: [publicJwk(jwk)] }

      const token = signAccessToken(CLAIMS, signingKeyFromJwk(jwk))

      const keys = verificationKeys(jwks)
      expect(verifyAccessToken(token, { ...OPTIONS, keys, algorithms: [algorithm] })).toEqual(
        CLAIMS,
      )
      const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
        issuer: CLAIMS.iss,
        audience: 'todo-api',
        typ: 'at+jwt',
        algorithms: [algorithm],
        currentDate: new Date(NOW * 1000),
      })
      expect(payload).toEqual(CLAIMS)
    },
  )

  it('writes HS256 tokens that we and jose accept', async () => {
    const token = signAccessToken(CLAIMS, KEY)

    expect(verifyAccessToken(token, OPTIONS)).toEqual(CLAIMS)
    const { payload } = await jwtVerify(token, KEY.key, { currentDate: new Date(NOW * 1000) })
    expect(payload).toEqual(CLAIMS)
  })

  it.each([
    ['no subject', { sub: '' }],
    ['two roles', { role: 'user,admin' }],
    ['a fractional version', { ver: 0.5 }],
    ['no number as expiry', { exp: Number.NaN }],
    ['an endless expiry', { exp: Number.POSITIVE_INFINITY }],
    ['a text as iat', { iat: '1' as unknown as number }],
    ['more than a token may hold', { name: 'x'.repeat(8192) }],
  ])('refuses to sign %s', (_, changes) => {
    expect(() => signAccessToken({ ...CLAIMS, ...changes }, KEY)).toThrow(TypeError)
  })

  it('is the only way to the type of an access token', () => {
    const idToken = signJwt(CLAIMS, { key: KEY })

    expect(thrownBy(() => verifyAccessToken(idToken, OPTIONS))).toMatchObject({ rule: 'typ' })
  })
})
