import { describe, expect, it } from 'vitest'
import {
  generatePrivateJwk,
  hmacKey,
  publicJwk,
  signingKeyFromJwk,
  thumbprint,
  verificationKeyFromJwk,
} from '../src/keys.js'
import { readVectors, type Vector } from './vectors.js'

interface KeyInput {
  readonly jwk?: Record<string, unknown>
  readonly secret?: string
}

interface KeyExpect {
  readonly thumbprint?: string
  readonly kid?: string
  readonly error?: string
}

const { vectors } = readVectors<{ vectors: Vector<KeyInput, KeyExpect>[] }>('keys')
const secretVectors = vectors.filter(({ input }) => input.secret !== undefined)
const SECRET = 'countersign-test-secret-0123456789abcdef'
const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'] as const

describe('thumbprint', () => {
  it.each(vectors.filter(({ input }) => input.jwk))('follows $why', (vector) => {
    expect(thumbprint(vector.input.jwk ?? {})).toBe(vector.expect.thumbprint)
  })
})

describe('hmacKey', () => {
  it.each(secretVectors.filter(({ expect }) => expect.kid))('names the secret: $why', (vector) => {
    expect(hmacKey(vector.input.secret ?? '').kid).toBe(vector.expect.kid)
  })

  it.each(secretVectors.filter(({ expect }) => expect.error))('refuses $why', (vector) => {
    expect(() => hmacKey(vector.input.secret ?? '')).toThrow(TypeError)
  })

  it('refuses anything but a text', () => {
    expect(() => hmacKey(Buffer.alloc(32) as unknown as string)).toThrow(TypeError)
  })
})

describe('generatePrivateJwk', () => {
  it.each(ALGORITHMS)('makes a %s key named by its thumbprint', async (algorithm) => {
    const jwk = await generatePrivateJwk(algorithm)

    expect(jwk).toMatchObject({ alg: algorithm, kid: thumbprint(jwk), use: 'sig' })
    expect(signingKeyFromJwk(jwk)).toMatchObject({ kid: jwk.kid, algorithm })
  })

  it('makes no shared secret', async () => {
    await expect(generatePrivateJwk('HS256' as 'EdDSA')).rejects.toThrow(TypeError)
  })
})

describe('publicJwk', () => {
  it.each(ALGORITHMS)('leaves out every private member of a %s key', async (algorithm) => {
    const jwk = await generatePrivateJwk(algorithm)

    const members = Object.keys(publicJwk(jwk)).sort()

    const own = { EdDSA: ['crv', 'x'], ES256: ['crv', 'x', 'y'], RS256: ['e', 'n'] }[algorithm]
    expect(members).toEqual([...own, 'alg', 'kid', 'kty', 'use'].sort())
  })

  it('refuses a shared secret', () => {
    expect(() => publicJwk({ kty: 'oct', k: 'AA', alg: 'HS256', kid: 'a' })).toThrow(TypeError)
  })
})

describe('signingKeyFromJwk', () => {
  it('refuses a private part that belongs to another public part', async () => {
    const [one, other] = await Promise.all([
      generatePrivateJwk('EdDSA'),
      generatePrivateJwk('EdDSA'),
    ])

    expect(() => signingKeyFromJwk({ ...one, x: other.x })).toThrow(TypeError)
  })

  it('refuses a public key', async () => {
    const jwk = publicJwk(await generatePrivateJwk('ES256'))

    expect(() => signingKeyFromJwk(jwk)).toThrow(TypeError)
  })

  it('refuses a key without alg', async () => {
    const { alg: _, ...jwk } = await generatePrivateJwk('EdDSA')

    expect(() => signingKeyFromJwk(jwk)).toThrow(TypeError)
  })
})

describe('verificationKeyFromJwk', () => {
  it('keeps only the public half of a private key', async () => {
    const key = verificationKeyFromJwk(await generatePrivateJwk('ES256'))

    expect(key.key.type).toBe('public')
  })

  it('refuses a key that is meant for encryption', async () => {
    const jwk = publicJwk(await generatePrivateJwk('RS256'))

    expect(() => verificationKeyFromJwk({ ...jwk, use: 'enc' })).toThrow(TypeError)
  })

  it('names a key without kid by its thumbprint', async () => {
    const { kid: _, ...jwk } = publicJwk(await generatePrivateJwk('EdDSA'))

    expect(verificationKeyFromJwk(jwk).kid).toBe(thumbprint(jwk))
  })

  it('reads a shared secret with the kid that hmacKey gives it', () => {
    const k = Buffer.from(SECRET).toString('base64url')

    expect(verificationKeyFromJwk({ kty: 'oct', k, alg: 'HS256' }).kid).toBe(hmacKey(SECRET).kid)
  })
})
