import { type AccessTokenClaims, hmacKey, signJwt } from '@countersign/core'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VerifierOptions } from '../src/options.js'
import { createVerifier } from '../src/verifier.js'
import {
  AUDIENCE,
  CLAIMS,
  type Clock,
  clockAt,
  hs256Token,
  ISSUER,
  type IssuerKey,
  issuerKey,
  NOW,
  OTHER_SECRET,
  SECRET,
} from './fixtures.js'
import { type JwksServer, jwksAnswer, startJwksServer } from './jwks-server.js'

const onWarning = vi.fn()
let clock: Clock

beforeEach(() => {
  onWarning.mockReset()
  clock = clockAt(NOW)
})

function hs256Verifier(changes: Partial<VerifierOptions> = {}) {
  return createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['HS256'],
    secret: SECRET,
    now: clock,
    onWarning,
    ...changes,
  })
}

describe('createVerifier', () => {
  it.each([
    ['a short secret', { secret: 'short' }],
    ['a PEM text as secret', { secret: ` -----BEGIN PUBLIC KEY-----${'A'.repeat(60)}` }],
    ['an empty list of secrets', { secret: [] }],
  ])('refuses %s at start-up', (_, changes) => {
    expect(() => hs256Verifier(changes)).toThrow(TypeError)
  })

  it('refuses a key set that it cannot use at start-up', async () => {
    const { jwk } = await issuerKey()
    const options = { issuer: ISSUER, audience: AUDIENCE } as const
    const [eddsa, es256] = [['EdDSA'], ['ES256']] as const

    expect(() => createVerifier({ ...options, algorithms: eddsa, jwks: { keys: [] } })).toThrow(
      TypeError,
    )
    expect(() => createVerifier({ ...options, algorithms: es256, jwks: { keys: [jwk] } })).toThrow(
      TypeError,
    )
  })

  it('does not follow later changes of its options', () => {
    const options: { -readonly [name in keyof VerifierOptions]: VerifierOptions[name] } = {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['HS256'],
      secret: SECRET,
      now: clock,
    }
    const verifier = createVerifier(options)

    options.audience = 'other-api'

    expect(verifier.verifySync(hs256Token())).toMatchObject({ userId: 'user-1' })
  })
})

describe('verify with a shared secret', () => {
  it('returns the identity, deeply frozen', async () => {
    const identity = await hs256Verifier().verify(hs256Token())

    expect(identity).toMatchObject({
      userId: 'user-1',
      email: 'ada@example.com',
      role: 'user',
      sessionId: 'session-1',
      expiresAt: NOW + 900,
    })
    expect(Object.isFrozen(identity.claims)).toBe(true)
  })

  it.each([
    ['another audience', { aud: 'other-api' }, 'invalid_token'],
    ['another issuer', { iss: 'https://evil.example' }, 'invalid_token'],
    ['the past', { exp: NOW }, 'token_expired'],
  ])('refuses a token for %s', async (_, changes, code) => {
    await expect(hs256Verifier().verify(hs256Token(changes))).rejects.toMatchObject({ code })
  })

  it('accepts either secret while one replaces another, and no third', async () => {
    const verifier = hs256Verifier({ secret: [SECRET, OTHER_SECRET] })

    await expect(verifier.verify(hs256Token())).resolves.toBeDefined()
    await expect(verifier.verify(hs256Token({}, OTHER_SECRET))).resolves.toBeDefined()
    await expect(verifier.verify(hs256Token({}, `${SECRET}3`))).rejects.toMatchObject({
      code: 'key_mismatch',
    })
  })

  it('warns of another secret once, naming both, and tells the caller nothing', async () => {
    const verifier = hs256Verifier()
    const token = hs256Token({}, OTHER_SECRET)

    for (let n = 0; n < 3; n += 1) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ publicCode: 'invalid_token' })
    }

    expect(onWarning).toHaveBeenCalledTimes(1)
    const [{ code, message }] = onWarning.mock.calls[0] ?? []
    expect(code).toBe('key_mismatch')
    expect(message).toContain(hmacKey(SECRET).kid)
    expect(message).toContain(hmacKey(OTHER_SECRET).kid)
  })

  it.each([undefined, null, 1, {}])('refuses %s, which is no text', async (token) => {
    const verifying = hs256Verifier().verify(token as string)

    await expect(verifying).rejects.toMatchObject({ code: 'invalid_token' })
  })
})

describe('the cache', () => {
  it('returns the same identity for the same token', () => {
    const verifier = hs256Verifier()
    const token = hs256Token()

    expect(verifier.verifySync(token)).toBe(verifier.verifySync(token))
  })

  it('is not used where it is turned off', () => {
    const verifier = hs256Verifier({ cache: false })
    const token = hs256Token()

    expect(verifier.verifySync(token)).not.toBe(verifier.verifySync(token))
  })

  it.each([
    ['with', {}],
    ['without', { cache: false as const }],
  ])('ends at exp, the same %s it', (_, changes) => {
    const verifier = hs256Verifier(changes)
    const token = hs256Token()
    verifier.verifySync(token)

    clock.advance(899)
    expect(verifier.verifySync(token)).toBeDefined()
    clock.advance(1)

    expect(() => verifier.verifySync(token)).toThrow(
      expect.objectContaining({ code: 'token_expired' }),
    )
  })

  it('never answers for other claims under a known signature', () => {
    const verifier = hs256Verifier()
    const token = hs256Token()
    verifier.verifySync(token)
    const [header, , signature] = token.split('.')
    const admin = Buffer.from(JSON.stringify({ ...CLAIMS, role: 'admin' })).toString('base64url')

    expect(() => verifier.verifySync(`${header}.${admin}.${signature}`)).toThrow(
      expect.objectContaining({ code: 'invalid_token' }),
    )
  })

  it('remembers no token that was refused', () => {
    const verifier = hs256Verifier()
    const token = signJwt(CLAIMS as AccessTokenClaims, { key: hmacKey(SECRET) })

    for (let n = 0; n < 2; n += 1) {
      expect(() => verifier.verifySync(token)).toThrow(expect.objectContaining({ rule: 'typ' }))
    }
  })

  it('forgets a session when told', () => {
    const verifier = hs256Verifier()
    const token = hs256Token()
    const before = verifier.verifySync(token)

    verifier.forgetSession('another')
    expect(verifier.verifySync(token)).toBe(before)
    verifier.forgetSession('session-1')

    expect(verifier.verifySync(token)).not.toBe(before)
  })
})

describe('verify with a key set at hand', () => {
  it('accepts a token of its key and refuses one of another', async () => {
    const [ours, theirs] = await Promise.all([issuerKey(), issuerKey()])
    const verifier = createVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['EdDSA'],
      jwks: { keys: [ours.jwk] },
      now: clock,
    })

    await verifier.ready()
    await expect(verifier.verify(ours.token())).resolves.toMatchObject({ userId: 'user-1' })
    await expect(verifier.verify(theirs.token())).rejects.toMatchObject({ code: 'unknown_key' })
  })
})

describe('verify with a JWKS URI', () => {
  let one: IssuerKey
  let two: IssuerKey
  let server: JwksServer

  beforeAll(async () => {
    one = await issuerKey()
    two = await issuerKey()
  })

  beforeEach(async () => {
    server = await startJwksServer()
  })

  afterEach(() => server.close())

  const jwksVerifier = () =>
    createVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['EdDSA'],
      jwksUri: server.uri,
      now: clock,
      onWarning,
    })

  it('loads the keys for the first token and asks no more', async () => {
    server.answer(jwksAnswer([one.jwk]))
    const verifier = jwksVerifier()

    await Promise.all(
      Array.from({ length: 10 }, (_, n) => verifier.verify(one.token({ jti: `token-${n}` }))),
    )

    expect(server.requests).toBe(1)
  })

  it('is unavailable, which is no verdict, while it never had keys', async () => {
    const verifying = jwksVerifier().verify(one.token())

    await expect(verifying).rejects.toMatchObject({
      name: 'VerifierError',
      code: 'service_unavailable',
    })
  })

  it('keeps verifying with known keys while the server is down', async () => {
    server.answer(jwksAnswer([one.jwk]))
    const verifier = jwksVerifier()
    await verifier.ready()
    await server.close()

    clock.advance(600)

    const token = one.token({ iat: NOW + 600, exp: NOW + 1500 })
    await expect(verifier.verify(token)).resolves.toMatchObject({ userId: 'user-1' })
    const unknown = two.token({ iat: NOW + 600, exp: NOW + 1500 })
    await expect(verifier.verify(unknown)).rejects.toMatchObject({ code: 'unknown_key' })
  })

  it('follows a new key at once', async () => {
    server.answer(jwksAnswer([one.jwk]))
    const verifier = jwksVerifier()
    await verifier.verify(one.token())
    server.answer(jwksAnswer([one.jwk, two.jwk]))

    await expect(verifier.verify(two.token())).resolves.toMatchObject({ userId: 'user-1' })
    expect(server.requests).toBe(2)
  })

  it('lets nobody with invented key ids ask more than once in 30 seconds', async () => {
    server.answer(jwksAnswer([one.jwk]))
    const verifier = jwksVerifier()
    await verifier.ready()

    const strangers = await Promise.all(Array.from({ length: 5 }, () => issuerKey()))
    for (const stranger of strangers) {
      await expect(verifier.verify(stranger.token())).rejects.toMatchObject({ code: 'unknown_key' })
    }

    expect(server.requests).toBe(2)
  })

  it('forgets the tokens of a key that was withdrawn', async () => {
    server.answer(jwksAnswer([one.jwk]))
    const verifier = jwksVerifier()
    const token = one.token()
    await verifier.verify(token)
    server.answer(jwksAnswer([two.jwk]))

    await verifier.verify(two.token())

    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unknown_key' })
  })

  it('verifies without waiting once the keys are there', async () => {
    server.answer(jwksAnswer([one.jwk]))
    const verifier = jwksVerifier()
    expect(() => verifier.verifySync(one.token())).toThrow(
      expect.objectContaining({ code: 'service_unavailable' }),
    )

    await verifier.ready()

    expect(verifier.verifySync(one.token())).toMatchObject({ userId: 'user-1' })
  })

  it('looks for an unknown key in the background when it may not wait', async () => {
    server.answer(jwksAnswer([one.jwk]))
    const verifier = jwksVerifier()
    await verifier.ready()
    server.answer(jwksAnswer([two.jwk]))

    expect(() => verifier.verifySync(two.token())).toThrow(
      expect.objectContaining({ code: 'unknown_key' }),
    )

    await vi.waitFor(() => expect(verifier.verifySync(two.token())).toBeDefined())
  })
})
