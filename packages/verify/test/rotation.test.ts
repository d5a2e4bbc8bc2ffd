import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuthenticate } from '../src/authenticate.js'
import { createVerifier, type Verifier } from '../src/verifier.js'
import {
  AUDIENCE,
  type Clock,
  clockAt,
  ISSUER,
  type IssuerKey,
  issuerKey,
  NOW,
} from './fixtures.js'
import { type JwksServer, jwksAnswer, startJwksServer } from './jwks-server.js'

const MAX_AGE = 300
let one: IssuerKey
let two: IssuerKey
let server: JwksServer
let clock: Clock
let verifier: Verifier

beforeAll(async () => {
  one = await issuerKey()
  two = await issuerKey()
})

beforeEach(async () => {
  server = await startJwksServer()
  clock = clockAt(NOW)
  verifier = createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['EdDSA'],
    jwksUri: server.uri,
    now: clock,
    onWarning: () => {},
  })
})

afterEach(() => server.close())

const publish = (...keys: IssuerKey[]) =>
  server.answer(
    jwksAnswer(
      keys.map(({ jwk }) => jwk),
      { 'cache-control': `max-age=${MAX_AGE}` },
    ),
  )
const fresh = (key: IssuerKey) => key.token({ iat: clock(), exp: clock() + 900, jti: `${clock()}` })

describe('a change of keys at the server', () => {
  it('fails no request: published first, then signing, then withdrawn', async () => {
    publish(one)
    await verifier.ready()
    let failures = 0
    const judge = (key: IssuerKey) => verifier.verify(fresh(key)).catch(() => (failures += 1))

    publish(one, two)
    for (let n = 0; n < 5; n += 1) {
      await judge(one)
      clock.advance(MAX_AGE / 5)
    }
    const last = fresh(one)
    await judge(two)
    clock.advance(899)
    await verifier.verify(last)
    publish(two)
    for (let n = 0; n < 5; n += 1) {
      await judge(two)
      clock.advance(MAX_AGE / 5)
    }

    expect(failures).toBe(0)
  })

  it('is over for a withdrawn key after a quiet night, from the first request on', async () => {
    publish(one)
    await verifier.ready()
    publish(two)

    clock.advance(36_000)

    await expect(verifier.verify(fresh(one))).rejects.toMatchObject({ code: 'unknown_key' })
    expect(server.requests).toBe(3)
  })

  it('is found by the first request after a quiet night, whoever asked before', async () => {
    const stranger = await issuerKey()
    publish(one)
    await verifier.ready()
    clock.advance(36_000)
    await expect(verifier.verify(fresh(stranger))).rejects.toMatchObject({ code: 'unknown_key' })
    publish(two)
    clock.advance(36_000)

    await expect(verifier.verify(fresh(two))).resolves.toMatchObject({ userId: 'user-1' })
  })

  it('is over for it behind an adapter as well, and at once', async () => {
    const authenticate = createAuthenticate(verifier)
    publish(one)
    await verifier.ready()
    publish(two)

    clock.advance(36_000)

    const outcome = await authenticate({ authorization: `Bearer ${fresh(one)}`, url: '/' })
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_token' } })
  })

  it('is over while the server is down, for those who have both keys', async () => {
    publish(one, two)
    await verifier.ready()
    await server.close()

    clock.advance(3600)

    await expect(verifier.verify(fresh(one))).resolves.toBeDefined()
    await expect(verifier.verify(fresh(two))).resolves.toBeDefined()
  })
})
