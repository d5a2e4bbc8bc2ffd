import { CompactSign, compactVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { signJws, signJwt, type VerifyJwsOptions, verifyJws } from '../src/jws.js'
import {
  generatePrivateJwk,
  hmacKey,
  type Jwk,
  publicJwk,
  signingKeyFromJwk,
  verificationKeyFromJwk,
} from '../src/keys.js'
import type { Algorithm } from '../src/protocol.js'
import { readVectors, thrownBy, type Vector } from './vectors.js'

interface JwsInput {
  readonly token: string
  readonly keys: Jwk[]
  readonly algorithms: Algorithm[]
}

interface JwsExpect {
  readonly payload?: string
  readonly code?: string
  readonly rule?: string
}

const { vectors } = readVectors<{ vectors: Vector<JwsInput, JwsExpect>[] }>('jws')
const accepted = vectors.filter(({ expect }) => expect.payload !== undefined)
const refused = vectors.filter(({ expect }) => expect.code !== undefined)
const SECRET = 'countersign-test-secret-0123456789abcdef'

function optionsOf({ keys, algorithms }: JwsInput): VerifyJwsOptions {
  return { keys: keys.map(verificationKeyFromJwk), algorithms }
}

describe('verifyJws', () => {
  it.each(accepted)('accepts $id: $why', ({ input, expect: { payload } }) => {
    const verified = verifyJws(input.token, optionsOf(input))

    expect(Buffer.from(verified.payload).toString('base64url')).toBe(payload)
  })

  it.each(accepted)('agrees with jose about $id', async ({ input, expect: { payload } }) => {
    const named = input.keys.find(
      ({ alg }) => alg === JSON.parse(atob(input.token.split('.')[0] ?? '')).alg,
    )
    const verified = await compactVerify(input.token, await importJWK(named ?? {}))

    expect(Buffer.from(verified.payload).toString('base64url')).toBe(payload)
  })

  it.each(refused)('refuses $id: $why', ({ input, expect: { code, rule } }) => {
    const error = thrownBy(() => verifyJws(input.token, optionsOf(input)))

    expect(error).toMatchObject({ name: 'TokenError', code, rule })
  })

  it.each(refused)('refuses $id also when its header was seen before', ({ input, expect }) => {
    const options = optionsOf(input)
    const first = thrownBy(() => verifyJws(input.token, options))
    const second = thrownBy(() => verifyJws(input.token, options))

    expectSame(second, { ...expect, message: (first as Error).message })
  })

  it('refuses a forged signature under a header that it knows', () => {
    const key = hmacKey(SECRET)
    const options = { keys: [key], algorithms: ['HS256'] } as const
    const token = signJwt({ a: 1 }, { key })
    verifyJws(token, options)

    const forged = signJwt({ a: 2 }, { key }).replace(/[^.]*$/, token.split('.')[2] ?? '')

    expect(thrownBy(() => verifyJws(forged, options))).toMatchObject({ rule: 'signature' })
  })

  it('forgets a key that was taken off a list', () => {
    const key = hmacKey(SECRET)
    const keys = [key]
    const token = signJwt({}, { key })
    verifyJws(token, { keys, algorithms: ['HS256'] })

    keys.pop()

    const error = thrownBy(() => verifyJws(token, { keys, algorithms: ['HS256'] }))
    expect(error).toMatchObject({ code: 'unknown_key' })
  })

  it('asks the allow-list again for a header that it knows', () => {
    const key = hmacKey(SECRET)
    const keys = [key]
    const token = signJwt({}, { key })
    verifyJws(token, { keys, algorithms: ['HS256'] })

    const error = thrownBy(() => verifyJws(token, { keys, algorithms: ['EdDSA'] }))

    expect(error).toMatchObject({ rule: 'alg' })
  })

  it('keeps no more than a few headers', () => {
    const key = hmacKey(SECRET)
    const options = { keys: [key], algorithms: ['HS256'] } as const
    const tokens = Array.from({ length: 40 }, (_, n) => signJwt({}, { key, type: `t${n}` }))

    const types = [...tokens, ...tokens].map((token) => verifyJws(token, options).header.typ)

    expect(types.slice(40)).toEqual(types.slice(0, 40))
  })

  it('returns a header that nobody can change', () => {
    const key = hmacKey(SECRET)
    const header = { kid: key.kid, list: [{}] }
    const token = signJws(Buffer.from('x'), { key, header })

    const verified = verifyJws(token, { keys: [key], algorithms: ['HS256'] })

    expect(Object.isFrozen((verified.header.list as object[])[0])).toBe(true)
  })

  it('names both secrets where they differ', () => {
    const ours = hmacKey(SECRET)
    const theirs = hmacKey('another-test-secret-that-is-long-enough!')

    const error = thrownBy(() =>
      verifyJws(signJwt({}, { key: theirs }), { keys: [ours], algorithms: ['HS256'] }),
    )

    expect(error).toMatchObject({ code: 'key_mismatch', publicCode: 'invalid_token' })
    expect((error as Error).message).toContain(ours.kid)
    expect((error as Error).message).toContain(theirs.kid)
  })

  it('repeats no hostile kid in a message', () => {
    const key = hmacKey(SECRET)
    const token = signJws(Buffer.from('x'), { key, header: { kid: 'a\nb<cd>1' } })

    const error = thrownBy(() => verifyJws(token, { keys: [key], algorithms: ['HS256'] }))

    expect((error as Error).message).not.toContain('<cd>')
  })

  it.each([
    ['a million dots', '.'.repeat(1_000_000)],
    ['a million letters', 'A'.repeat(1_000_000)],
    ['8192 dots', '.'.repeat(8192)],
  ])('refuses %s in less than 5 ms', (_, token) => {
    const options = { keys: [hmacKey(SECRET)], algorithms: ['HS256'] } as const
    const milliseconds = Array.from({ length: 5 }, () => {
      const start = performance.now()
      expect(thrownBy(() => verifyJws(token, options))).toMatchObject({ code: 'invalid_token' })
      return performance.now() - start
    })

    expect(Math.min(...milliseconds)).toBeLessThan(5)
  })

  it.each([undefined, null, 1, {}, ['a.b.c']])('refuses %s, which is no text', (token) => {
    const options = { keys: [hmacKey(SECRET)], algorithms: ['HS256'] } as const

    expect(thrownBy(() => verifyJws(token as string, options))).toMatchObject({ rule: 'length' })
  })
})

describe('signJws', () => {
  it('writes RFC 8037 A.4 byte for byte', () => {
    const vector = vectors.find(({ id }) => id === 'rfc8037-a4')
    const key = signingKeyFromJwk({
      kty: 'OKP',
      crv: 'Ed25519',
      alg: 'EdDSA',
      d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    })

    const token = signJws(Buffer.from('Example of Ed25519 signing'), { key })

    expect(token).toBe(vector?.input.token)
  })
})

describe('signJwt', () => {
  it('states the algorithm of its key, whatever the header says', () => {
    const key = hmacKey(SECRET)
    const token = signJws(Buffer.from('x'), { key, header: { alg: 'none' } })

    expect(verifyJws(token, { keys: [key], algorithms: ['HS256'] }).header.alg).toBe('HS256')
  })

  it.each(['EdDSA', 'ES256', 'RS256'] as const)(
    'writes %s that jose accepts',
    async (algorithm) => {
      const jwk = await generatePrivateJwk(algorithm)

      const token = signJwt({ sub: 'a' }, { key: signingKeyFromJwk(jwk), type: 'x+jwt' })

      const verified = await compactVerify(token, await importJWK(publicJwk(jwk)))
      expect(verified.protectedHeader).toEqual({ alg: algorithm, kid: jwk.kid, typ: 'x+jwt' })
    },
  )

  it.each(['EdDSA', 'ES256', 'RS256'] as const)('reads %s that jose writes', async (algorithm) => {
    const jwk = await generatePrivateJwk(algorithm)
    const token = await new CompactSign(Buffer.from('any bytes'))
      .setProtectedHeader({ alg: algorithm, kid: jwk.kid })
      .sign(await importJWK(jwk))

    const keys = [verificationKeyFromJwk(publicJwk(jwk))]
    const verified = verifyJws(token, { keys, algorithms: [algorithm] })

    expect(Buffer.from(verified.payload).toString()).toBe('any bytes')
  })
})

function expectSame(error: unknown, expected: JwsExpect & { message: string }): void {
  const { code, rule, message } = expected
  expect(error).toMatchObject({ code, rule, message })
}
