import { TOKEN_EXCHANGE_GRANT } from '@countersign/core'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import {
  AUDIENCE,
  AUTH_ORIGIN,
  callsTo,
  expectProblem,
  SECRET,
  serverOptions,
  startServer,
  type TestServer,
} from './server-fixture.js'

const METADATA = '/.well-known/oauth-authorization-server/api/auth'
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

describe.each(['/jwks', '/.well-known/jwks.json'])('the key set at %s', (path) => {
  const get = (headers: Record<string, string> = {}) =>
    server.server.fetch(new Request(`${AUTH_ORIGIN}/api/auth${path}`, { headers }))

  it('verifies tokens in another library', async () => {
    const answer = await get()
    const { accessToken, user } = await server.signUp()

    const verified = await jwtVerify(accessToken, createLocalJWKSet(await answer.json()), {
      issuer: `${AUTH_ORIGIN}/api/auth`,
      audience: AUDIENCE,
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
    })

    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(verified.payload).toMatchObject({ sub: user.id, client_id: 'public', role: 'user' })
  })

  it('holds nothing private', async () => {
    const { keys } = await (await get()).json()

    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  })

  it('may be kept for a while, by anybody', async () => {
    const { headers } = await get()

    expect(headers.get('cache-control')).toBe('public, max-age=300')
    expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/)
    expect(headers.getSetCookie()).toEqual([])
  })

  it.each([
    ['the tag', (tag: string) => tag],
    ['the tag made weak by what compresses', (tag: string) => `W/${tag}`],
    ['a list with the tag', (tag: string) => `"other", ${tag}`],
    ['anything', () => '*'],
  ])('is not sent again to who has %s', async (_name, header) => {
    const tag = (await get()).headers.get('etag') ?? ''

    const answer = await get({ 'If-None-Match': header(tag) })

    expect(answer.status).toBe(304)
    expect(await answer.text()).toBe('')
    expect(answer.headers.get('etag')).toBe(tag)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  })

  it('is sent to who has another one', async () => {
    expect((await get({ 'If-None-Match': '"other"' })).status).toBe(200)
  })
})

it('has the same tag on every server of a database', async () => {
  const second = callsTo(await createServer(serverOptions(server.database)))

  const [one, two] = [await server.get('/jwks'), await second.get('/jwks')]

  expect(two.headers.get('etag')).toBe(one.headers.get('etag'))
})

it.each(['ES256', 'RS256'] as const)(
  'publishes a key for %s, and signs with it',
  async (algorithm) => {
    const calls = callsTo(await createServer(serverOptions(server.database, { algorithm })))

    const keys = await (await calls.get('/jwks')).json()
    const { accessToken } = await calls.signUp()

    expect(keys.keys).toMatchObject([{ alg: algorithm }])
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) {
      expect(keys.keys[0]).not.toHaveProperty(member)
    }
    const { protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet(keys))
    expect(protectedHeader).toEqual({ alg: algorithm, kid: keys.keys[0].kid, typ: 'at+jwt' })
  },
)

it('publishes no shared secret', async () => {
  const options = serverOptions(server.database, { algorithm: 'HS256', jwtSecret: `${SECRET}jwt` })
  const calls = callsTo(await createServer(options))

  expect(await (await calls.get('/jwks')).json()).toEqual({ keys: [] })
})

describe('the metadata of RFC 8414', () => {
  it('are where its path rule puts them', async () => {
    const answer = await server.get(METADATA)

    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      issuer: `${AUTH_ORIGIN}/api/auth`,
      jwks_uri: `${AUTH_ORIGIN}/api/auth/jwks`,
      response_types_supported: expect.any(Array),
      access_token_signing_alg_values_supported: ['EdDSA'],
    })
    expect(answer.headers.get('cache-control')).toBe('public, max-age=3600')
  })

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/api/auth/',
    '/.well-known/oauth-authorization-server/api',
  ])('are not at %s', async (path) => {
    await expectProblem(await server.get(path), 404, 'not_found')
  })

  it('name only what answers', async () => {
    const metadata = (await (await server.get(METADATA)).json()) as Record<string, unknown>
    const documents = ['jwks_uri', 'service_documentation']

    for (const [name, value] of Object.entries(metadata)) {
      if (typeof value !== 'string' || name === 'issuer') continue
      const method = name.endsWith('_endpoint') ? 'POST' : 'GET'
      const answer = await server.server.fetch(new Request(value, { method }))
      expect([name, answer.status]).not.toEqual([name, 404])
      expect([name, answer.status]).not.toEqual([name, 405])
      if (documents.includes(name)) expect([name, answer.status]).toEqual([name, 200])
    }
  })

  it('say how clients authenticate and what they may be allowed', async () => {
    expect(await (await server.get(METADATA)).json()).toMatchObject({
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      revocation_endpoint_auth_methods_supported: expect.arrayContaining(['none']),
      grant_types_supported: ['refresh_token', TOKEN_EXCHANGE_GRANT],
      scopes_supported: ['revocations:read', 'tokens:introspect', 'tokens:exchange'],
    })
  })

  it('have no empty list (RFC 8414 section 3.2), and no shared key where none is shared', async () => {
    const metadata = (await (await server.get(METADATA)).json()) as Record<string, unknown>

    for (const value of Object.values(metadata)) expect(value).not.toEqual([])
    expect(metadata).not.toHaveProperty('countersign_hs256_kids')
  })

  it('name the shared secret without telling it', async () => {
    const jwtSecret = `${SECRET}jwt`
    const options = serverOptions(server.database, { algorithm: 'HS256', jwtSecret })
    const calls = callsTo(await createServer(options))
    const { accessToken } = await calls.signUp()

    const text = await (await calls.get(METADATA)).text()

    const { kid } = decodeProtectedHeader(accessToken)
    expect(JSON.parse(text).countersign_hs256_kids).toEqual([kid])
    expect(text).not.toContain(jwtSecret)
  })
})
