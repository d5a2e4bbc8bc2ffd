import { hmacKey } from '@countersign/core'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VerifierOptions } from '../src/options.js'
import { createVerifier, type Verifier } from '../src/verifier.js'
import {
  AUDIENCE,
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

const UNTIL = new Date((NOW + 600) * 1000)
const onWarning = vi.fn()
let clock: Clock
let one: IssuerKey
let two: IssuerKey

beforeAll(async () => {
  one = await issuerKey()
  two = await issuerKey()
})

beforeEach(() => {
  onWarning.mockReset()
  clock = clockAt(NOW)
})

const common = () => ({ issuer: ISSUER, audience: AUDIENCE, now: clock, onWarning })

/** A system that moves from a shared secret to published keys. */
function moving(changes: Partial<VerifierOptions> = {}): Verifier {
  return createVerifier({
    ...common(),
    algorithms: ['EdDSA'],
    jwks: { keys: [one.jwk] },
    also: { algorithms: ['HS256'], secret: SECRET, until: UNTIL },
    ...changes,
  })
}

describe('a verifier that also trusts other keys', () => {
  it('accepts tokens of both, and of nobody else', async () => {
    const verifier = moving()

    expect(verifier.verifySync(one.token())).toMatchObject({ userId: 'user-1' })
    expect(verifier.verifySync(hs256Token())).toMatchObject({ userId: 'user-1' })
    await expect(verifier.verify(one.token({ jti: '2' }))).resolves.toBeDefined()
    await expect(verifier.verify(hs256Token({ jti: '2' }))).resolves.toBeDefined()
    await expect(verifier.verify(two.token())).rejects.toMatchObject({ code: 'unknown_key' })
    await expect(verifier.verify(hs256Token({}, OTHER_SECRET))).rejects.toMatchObject({
      code: 'key_mismatch',
    })
  })

  it('holds tokens of both to every rule', async () => {
    const verifier = moving()

    for (const token of [one.token({ aud: 'other' }), hs256Token({ aud: 'other' })]) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ rule: 'aud' })
    }
    await expect(verifier.verify(hs256Token({ exp: NOW }))).rejects.toMatchObject({
      code: 'token_expired',
    })
  })

  it('never takes a public key for a secret', () => {
    const forged = hs256Token({}, JSON.stringify(one.jwk)).split('.')
    const header = { alg: 'HS256', kid: one.kid, typ: 'at+jwt' }
    forged[0] = Buffer.from(JSON.stringify(header)).toString('base64url')

    expect(() => moving().verifySync(forged.join('.'))).toThrow(
      expect.objectContaining({ name: 'TokenError' }),
    )
  })

  it('ends with its date: for new tokens and for remembered ones', async () => {
    const verifier = moving()
    const old = hs256Token()
    verifier.verifySync(old)

    clock.advance(599)
    expect(verifier.verifySync(old)).toBeDefined()
    expect(onWarning).not.toHaveBeenCalled()
    clock.advance(1)

    expect(() => verifier.verifySync(old)).toThrow(expect.objectContaining({ rule: 'alg' }))
    await expect(verifier.verify(old)).rejects.toMatchObject({ rule: 'alg' })
    expect(verifier.verifySync(one.token())).toBeDefined()
    expect(onWarning.mock.calls.map(([{ code }]) => code)).toEqual(['also_ended'])
  })

  it('starts all the same after its date, and says that the option can go', () => {
    clock.advance(600)

    const verifier = moving()

    expect(() => verifier.verifySync(hs256Token())).toThrow()
    expect(verifier.verifySync(one.token())).toBeDefined()
    expect(onWarning).toHaveBeenCalledTimes(1)
  })

  it('warns of another secret once, though two ways were tried', async () => {
    await expect(moving().verify(hs256Token({}, OTHER_SECRET))).rejects.toBeDefined()

    expect(onWarning.mock.calls.map(([{ code }]) => code)).toEqual(['key_mismatch'])
  })

  it('names the keys of both', () => {
    expect(moving().keyIds).toEqual([one.kid, hmacKey(SECRET).kid])
  })

  it.each<[string, object]>([
    ['no date', { algorithms: ['HS256'], secret: SECRET }],
    ['no real date', { algorithms: ['HS256'], secret: SECRET, until: new Date('soon') }],
    ['a text as date', { algorithms: ['HS256'], secret: SECRET, until: '2030-01-01' }],
    ['no keys', { algorithms: ['HS256'], until: UNTIL }],
    ['no algorithms', { secret: SECRET, until: UNTIL }],
    ['a secret for public keys', { algorithms: ['EdDSA'], secret: SECRET, until: UNTIL }],
    ['a short secret', { algorithms: ['HS256'], secret: 'short', until: UNTIL }],
    ['an unknown option', { algorithms: ['HS256'], secret: SECRET, until: UNTIL, audience: 'x' }],
  ])('refuses %s at start-up', (_, also) => {
    expect(() => moving({ also: also as never })).toThrow(TypeError)
  })
})

describe('with published keys that are not there', () => {
  let server: JwksServer

  beforeEach(async () => {
    server = await startJwksServer()
  })

  afterEach(() => server.close())

  it('accepts tokens of the secret, and gives no verdict on the others', async () => {
    const verifier = createVerifier({
      ...common(),
      algorithms: ['EdDSA'],
      jwksUri: server.uri,
      also: { algorithms: ['HS256'], secret: SECRET, until: UNTIL },
    })

    await expect(verifier.verify(hs256Token())).resolves.toBeDefined()
    await expect(verifier.verify(one.token())).rejects.toMatchObject({
      code: 'service_unavailable',
    })
  })

  it('is ready without the old keys, and finds them later', async () => {
    const verifier = createVerifier({
      ...common(),
      algorithms: ['EdDSA'],
      jwks: { keys: [one.jwk] },
      also: { algorithms: ['EdDSA'], jwksUri: server.uri, until: UNTIL },
    })
    await verifier.ready()
    await expect(verifier.verify(one.token())).resolves.toBeDefined()

    server.answer(jwksAnswer([two.jwk]))
    clock.advance(2)

    await expect(verifier.verify(two.token())).resolves.toBeDefined()
  })
})
