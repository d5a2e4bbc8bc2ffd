import type { RequestListener, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { generatePrivateJwk, hmacKey } from '@countersign/core'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJwksSource } from '../src/jwks-source.js'
import type { KeySource } from '../src/key-source.js'
import { type Clock, clockAt, type IssuerKey, issuerKey, NOW, SECRET } from './fixtures.js'
import { type JwksServer, jwksAnswer, startJwksServer } from './jwks-server.js'

const warn = vi.fn()
let good: IssuerKey
let next: IssuerKey
let rsa: Record<string, unknown>
let server: JwksServer
let clock: Clock
let source: KeySource

beforeAll(async () => {
  good = await issuerKey()
  next = await issuerKey()
  rsa = { ...(await generatePrivateJwk('RS256')), d: undefined }
})

beforeEach(async () => {
  warn.mockReset()
  server = await startJwksServer()
  clock = clockAt(NOW)
  const { uri } = server
  source = createJwksSource({ uri, fetch, now: clock, warn, onChange: () => {}, timeoutSeconds: 5 })
})

afterEach(() => server.close())

const kids = () => source.current()?.map((key) => key.kid)
const secret = () => {
  const { kid } = hmacKey(SECRET)
  return { kty: 'oct', k: Buffer.from(SECRET).toString('base64url'), alg: 'HS256', kid }
}
const text = (body: string | Buffer, headers: Record<string, string> = {}): RequestListener => {
  return (_, response) => response.writeHead(200, headers).end(body)
}
const set = (...keys: unknown[]) => JSON.stringify({ keys })
const HTML = { 'content-type': 'text/html' }

const BAD: [string, () => RequestListener][] = [
  ['500', () => (_, response) => response.writeHead(500).end(set(next.jwk))],
  ['404 with a good set', () => (_, response) => response.writeHead(404).end(set(next.jwk))],
  ['206, a part', () => (_, response) => response.writeHead(206).end(set(next.jwk))],
  ['HTML', () => text('<!doctype html><title>Sign in</title>', HTML)],
  ['nothing', () => text('')],
  ['null', () => text('null')],
  ['a list', () => text(JSON.stringify([next.jwk]))],
  ['no keys', () => jwksAnswer([])],
  ['only keys of other algorithms', () => jwksAnswer([{ kty: 'AKP', alg: 'ML-DSA-44', kid: 'x' }])],
  ['a key without kid', () => jwksAnswer([{ ...next.jwk, kid: undefined }])],
  ['a key without alg', () => jwksAnswer([{ ...next.jwk, alg: undefined }])],
  ['a broken key beside a good one', () => jwksAnswer([next.jwk, { ...good.jwk, x: 'AA' }])],
  ['one kid for two keys', () => jwksAnswer([next.jwk, { ...good.jwk, kid: next.kid }])],
  ['a private key', () => jwksAnswer([next.privateJwk])],
  ['a private key beside a good one', () => jwksAnswer([good.jwk, next.privateJwk])],
  ['the primes of an RSA key', () => jwksAnswer([rsa])],
  ['a shared secret', () => jwksAnswer([secret()])],
  ['a shared secret beside public keys', () => jwksAnswer([next.jwk, secret()])],
  ['members written twice', () => text(`{"keys":[],"keys":[${JSON.stringify(next.jwk)}]}`)],
  ['a byte-order mark', () => text(`\uFEFF${set(next.jwk)}`)],
  ['invalid UTF-8', () => text(Buffer.from(`${set(next.jwk).slice(0, -1)},"a":"\xff"}`, 'latin1'))],
  ['more behind the set', () => text(`${set(next.jwk)}x`)],
  ['10 MB', () => text(set({ ...next.jwk, pad: 'x'.repeat(10_000_000) }))],
  ['10 MB of white space', () => text(' '.repeat(10_000_000))],
  [
    'a compressed bomb',
    () => text(gzipSync(Buffer.alloc(50_000_000, ' ')), { 'content-encoding': 'gzip' }),
  ],
  ['a body that is cut', () => cutShort],
]

const cutShort: RequestListener = (_, response: ServerResponse) => {
  const body = set(next.jwk)
  response.writeHead(200, { 'content-length': String(body.length + 10) })
  response.write(body, () => response.destroy())
}

describe('a bad answer', () => {
  it.each(BAD)('%s gives no keys', async (_, answer) => {
    server.answer(answer())

    await expect(source.ready()).rejects.toMatchObject({ code: 'service_unavailable' })

    expect(kids()).toBeUndefined()
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ code: 'jwks_unavailable' }))
  })

  it.each(BAD)('%s never replaces a good set, and the next good one does', async (_, answer) => {
    server.answer(jwksAnswer([good.jwk]))
    await source.ready()
    server.answer(answer())

    expect(await source.refetch()).toBe(false)
    expect(kids()).toEqual([good.kid])

    server.answer(jwksAnswer([next.jwk]))
    clock.advance(30)
    expect(await source.refetch()).toBe(true)
    expect(kids()).toEqual([next.kid])
  })

  it('is a redirect to another host: nobody else is asked', async () => {
    const other = await startJwksServer()
    other.answer(jwksAnswer([next.jwk]))
    server.answer((_, response) => response.writeHead(302, { location: other.uri }).end())

    await expect(source.ready()).rejects.toMatchObject({ code: 'service_unavailable' })

    expect(other.requests).toBe(0)
    await other.close()
  })

  it('says nothing of its content in the warning', async () => {
    server.answer(jwksAnswer([next.privateJwk]))

    await expect(source.ready()).rejects.toBeDefined()

    const [{ message, cause }] = warn.mock.calls[0] ?? []
    expect(`${message} ${cause}`).not.toContain(next.privateJwk.d)
  })
})
