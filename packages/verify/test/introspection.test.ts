import { basicAuthorization } from '@countersign/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createIntrospection } from '../src/introspection.js'
import { type FeedServer, json, startFeedServer } from './feed-server.js'
import { type Clock, clockAt, NOW } from './fixtures.js'

const warn = vi.fn()
let server: FeedServer
let clock: Clock
let isActive: (token: string) => Promise<boolean>

beforeEach(async () => {
  warn.mockReset()
  server = await startFeedServer()
  clock = clockAt(NOW)
  isActive = createIntrospection({
    url: `${server.origin}/introspect`,
    authorization: basicAuthorization('api', 'a+b %:c'),
    fetch,
    nowMs: () => clock() * 1000,
    warn,
  })
})

afterEach(() => server.stop())

const UNAVAILABLE = { code: 'service_unavailable', retryAfterSeconds: 1 }

describe('createIntrospection', () => {
  it('asks as the client, with the token in the body only', async () => {
    let body = ''
    server.script((request, response) => {
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => json({ active: true })(request, response))
    })

    expect(await isActive('a.b.c')).toBe(true)

    const { method, url, headers } = await server.request(1)
    expect({ method, url }).toEqual({ method: 'POST', url: '/introspect' })
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(headers.authorization).toBe(`Basic ${btoa('api:a%2Bb+%25%3Ac')}`)
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      token: 'a.b.c',
      token_type_hint: 'access_token',
    })
  })

  it('asks once about a token that comes often, and again after a second', async () => {
    server.script(json({ active: true }))

    await Promise.all(Array.from({ length: 20 }, () => isActive('a.b.c')))
    expect(server.requests).toHaveLength(1)
    server.script(json({ active: false }))
    expect(await isActive('a.b.c')).toBe(true)
    clock.advance(1)

    expect(await isActive('a.b.c')).toBe(false)
  })

  it('knows nothing of one token from another', async () => {
    server.script(json({ active: true }))
    await isActive('a.b.c')
    server.script(json({ active: false }))

    expect(await isActive('a.b.d')).toBe(false)
  })

  it.each<[string, Parameters<FeedServer['script']>[0]]>([
    ['an error', json({ active: true }, 500)],
    ['a client that is not known', json({ error: 'invalid_client' }, 401)],
    ['a text for "active"', json({ active: 'true' })],
    ['no "active"', json({})],
    ['a list', json([{ active: true }])],
    ['HTML', (_, response) => response.end('<html>')],
    ['a redirect', (_, response) => response.writeHead(307, { Location: '/other' }).end()],
    ['a broken connection', (request) => request.socket.destroy()],
    ['an endless answer', (_, response) => response.end(`{"active":true}${' '.repeat(70_000)}`)],
  ])('takes %s for no answer', async (_, script) => {
    server.script(script)

    await expect(isActive('a.b.c')).rejects.toMatchObject(UNAVAILABLE)

    expect(warn).toHaveBeenCalledTimes(1)
    const [{ code, message, cause }] = warn.mock.calls[0] ?? []
    expect(code).toBe('introspection_unavailable')
    expect(`${message} ${cause}`).not.toMatch(/a\.b\.c|Basic/)
  })

  it('leaves a server alone for a second after it failed', async () => {
    await expect(isActive('a.b.c')).rejects.toMatchObject(UNAVAILABLE)
    server.script(json({ active: true }))
    await expect(isActive('a.b.d')).rejects.toMatchObject(UNAVAILABLE)
    expect(server.requests).toHaveLength(1)

    clock.advance(1)

    expect(await isActive('a.b.d')).toBe(true)
  })
})
