import type { RequestListener } from 'node:http'
import { hmacKey } from '@countersign/core'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJwksSource } from '../src/jwks-source.js'
import type { KeySource } from '../src/key-source.js'
import { type Clock, clockAt, type IssuerKey, issuerKey, NOW, SECRET } from './fixtures.js'
import { type JwksServer, jwksAnswer, startJwksServer } from './jwks-server.js'

const warn = vi.fn()
const onChange = vi.fn()
let one: IssuerKey
let two: IssuerKey
let server: JwksServer
let clock: Clock
let source: KeySource

beforeAll(async () => {
  one = await issuerKey()
  two = await issuerKey()
})

beforeEach(async () => {
  warn.mockReset()
  onChange.mockReset()
  server = await startJwksServer()
  clock = clockAt(NOW)
  source = createSource(5)
})

afterEach(() => server.close())

function createSource(timeoutSeconds: number): KeySource {
  return createJwksSource({ uri: server.uri, fetch, now: clock, warn, onChange, timeoutSeconds })
}

const kids = () => source.current()?.map((key) => key.kid)

describe('ready', () => {
  it('loads the keys with one request, however many wait', async () => {
    server.answer(jwksAnswer([one.jwk]))
    expect(kids()).toBeUndefined()

    await Promise.all(Array.from({ length: 20 }, () => source.ready()))

    expect(kids()).toEqual([one.kid])
    expect(server.requests).toBe(1)
  })

  it('rejects while the server is down, and asks again only after two seconds', async () => {
    await expect(source.ready()).rejects.toMatchObject({
      code: 'service_unavailable',
      retryAfterSeconds: 2,
    })
    server.answer(jwksAnswer([one.jwk]))
    await expect(source.ready()).rejects.toMatchObject({ code: 'service_unavailable' })
    expect(server.requests).toBe(1)

    clock.advance(2)
    await source.ready()

    expect(kids()).toEqual([one.kid])
  })

  const redirect: RequestListener = (request, response) =>
    request.url === '/jwks'
      ? response.writeHead(302, { location: '/other' }).end()
      : jwksAnswer([one.jwk])(request, response)

  it.each<[string, () => RequestListener]>([
    ['a redirect', () => redirect],
    [
      'an error with a good body',
      () => (_, response) => response.writeHead(500).end(JSON.stringify({ keys: [one.jwk] })),
    ],
    ['no JSON', () => (_, response) => response.end('<html>')],
    ['a member twice', () => (_, response) => response.end('{"keys":[],"keys":[]}')],
    ['no keys', () => jwksAnswer([])],
    ['two keys with one kid', () => jwksAnswer([one.jwk, { ...two.jwk, kid: one.kid }])],
    ['a private key', () => jwksAnswer([one.privateJwk])],
    ['a shared secret', () => jwksAnswer([secretJwk()])],
    ['shared secrets beside public keys', () => jwksAnswer([one.jwk, secretJwk()])],
    ['more than 64 KB', () => jwksAnswer([{ ...one.jwk, x5c: ['A'.repeat(70_000)] }])],
    ['304 to a request without an ETag', () => (_, response) => response.writeHead(304).end()],
    ['a broken connection', () => (request) => request.socket.destroy()],
  ])('refuses %s', async (_, answer) => {
    server.answer(answer())

    await expect(source.ready()).rejects.toMatchObject({ code: 'service_unavailable' })
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ code: 'jwks_unavailable' }))
  })

  it('refuses silence when its time is up', async () => {
    server.answer(() => {})

    await expect(createSource(0.1).ready()).rejects.toMatchObject({ code: 'service_unavailable' })
  })

  it('refuses a body that never ends', async () => {
    server.answer((_, response) => {
      const timer = setInterval(() => response.write(' '.repeat(8192)), 1)
      response.on('close', () => clearInterval(timer))
    })

    await expect(source.ready()).rejects.toMatchObject({ code: 'service_unavailable' })
  })
})

describe('current', () => {
  it.each<[string, string, number, string?]>([
    ['max-age', 'public, max-age=600', 600],
    ['no header', '', 300],
    ['no-store', 'no-store', 30],
    ['a tiny max-age', 'max-age=0', 30],
    ['an endless max-age', 'max-age=99999999999', 86_400],
    ['what a cache left of max-age', 'max-age=600', 400, '200'],
    ['a max-age that a cache has used up', 'max-age=600', 30, '900'],
    ['a max-age with an odd age', 'max-age=600', 600, '-5'],
  ])('asks again when %s has run out, without waiting', async (_, cacheControl, seconds, age) => {
    const headers = { 'cache-control': cacheControl, ...(age ? { age } : {}) }
    server.answer(jwksAnswer([one.jwk], headers))
    await source.ready()
    server.answer(jwksAnswer([two.jwk]))

    clock.advance(seconds - 1)
    expect(kids()).toEqual([one.kid])
    expect(server.requests).toBe(1)
    clock.advance(1)
    expect(kids()).toEqual([one.kid])

    await vi.waitFor(() => expect(kids()).toEqual([two.kid]))
    expect(server.requests).toBe(2)
    expect(onChange).toHaveBeenCalledTimes(2)
  })

  it.each<[string, () => RequestListener]>([
    ['304', () => (_, response) => response.writeHead(304).end()],
    ['the same set', () => jwksAnswer([one.jwk], { etag: '"v2"' })],
  ])('keeps the very same keys after %s', async (_, answer) => {
    server.answer(jwksAnswer([one.jwk], { etag: '"v1"' }))
    await source.ready()
    const before = source.current()
    server.answer(answer())

    expect(await source.refetch()).toBe(false)

    expect(server.lastHeaders).toMatchObject({ 'if-none-match': '"v1"' })
    expect(source.current()).toBe(before)
    expect(onChange).toHaveBeenCalledTimes(1)
  })

  it.each<[string, RequestListener]>([
    ['the server is down', (request) => request.socket.destroy()],
    ['the answer is garbage', (_, response) => response.end('garbage')],
    ['the set is empty', jwksAnswer([])],
  ])('keeps the last good set when %s', async (_, answer) => {
    server.answer(jwksAnswer([one.jwk]))
    await source.ready()
    server.answer(answer)

    clock.advance(300)
    source.current()
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1))

    expect(kids()).toEqual([one.kid])
  })

  it('asks a failing server every 30 seconds, not more', async () => {
    server.answer(jwksAnswer([one.jwk]))
    await source.ready()
    server.answer((_, response) => response.writeHead(503).end())
    clock.advance(300)
    source.current()
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1))

    clock.advance(29)
    source.current()
    source.current()
    expect(server.requests).toBe(2)
    clock.advance(1)
    source.current()

    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2))
  })
})

describe('overdue', () => {
  it('is nothing to wait for a minute after the set ran out, then the refresh', async () => {
    server.answer(jwksAnswer([one.jwk]))
    await source.ready()
    server.answer(jwksAnswer([two.jwk]))

    clock.advance(359)
    expect(source.overdue()).toBeUndefined()
    clock.advance(1)
    await source.overdue()

    expect(kids()).toEqual([two.kid])
    expect(source.overdue()).toBeUndefined()
  })

  it('makes nobody wait again for five minutes while the server is down', async () => {
    server.answer(jwksAnswer([one.jwk]))
    await source.ready()
    server.answer((_, response) => response.writeHead(503).end())
    clock.advance(3600)
    await source.overdue()
    expect(kids()).toEqual([one.kid])

    clock.advance(299)
    expect(source.overdue()).toBeUndefined()
    clock.advance(1)

    expect(source.overdue()).toBeInstanceOf(Promise)
    await source.overdue()
  })
})

describe('refetch', () => {
  it('finds a new key at once', async () => {
    server.answer(jwksAnswer([one.jwk]))
    await source.ready()
    server.answer(jwksAnswer([one.jwk, two.jwk]))

    expect(await source.refetch()).toBe(true)
    expect(kids()).toEqual([one.kid, two.kid])
  })

  it('asks once in 30 seconds, whoever asks how often', async () => {
    server.answer(jwksAnswer([one.jwk]))
    await source.ready()

    for (let n = 0; n < 50; n += 1) await source.refetch()
    await Promise.all(Array.from({ length: 50 }, () => source.refetch()))
    expect(server.requests).toBe(2)

    clock.advance(30)
    await source.refetch()
    expect(server.requests).toBe(3)
  })

  it('says that there is nothing new while the server is down', async () => {
    server.answer(jwksAnswer([one.jwk]))
    await source.ready()
    server.answer((request) => request.socket.destroy())

    expect(await source.refetch()).toBe(false)
    expect(kids()).toEqual([one.kid])
  })
})

function secretJwk(): Record<string, unknown> {
  const { kid } = hmacKey(SECRET)
  return { kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), alg: 'HS256', kid }
}
