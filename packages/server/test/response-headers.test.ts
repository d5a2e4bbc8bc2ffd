import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import {
  AUTH_ORIGIN,
  BROWSER,
  bearer,
  callsTo,
  newEmail,
  PASSWORD,
  serverOptions,
  startServer,
  type TestServer,
  WEB_ORIGIN,
} from './server-fixture.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

/** One answer of each kind: success, refusal, refused input, unknown path, method, preflight. */
async function everyKind(): Promise<[string, Response][]> {
  const { accessToken, refreshToken } = await server.signUp()
  const account = { email: newEmail(), password: PASSWORD }
  return [
    ['a session', await server.post('/signup', account)],
    ['a session in a browser', await server.post('/login', account, BROWSER)],
    ['a refusal', await server.post('/login', { ...account, password: 'wrong password' })],
    ['a refresh', await server.refresh(refreshToken)],
    ['a logout', await server.post('/logout', { refreshToken })],
    ['a user', await server.get('/me', bearer(accessToken))],
    ['a list', await server.get('/sessions', bearer(refreshToken))],
    ['bad input', await server.post('/login', [])],
    ['a page of elsewhere', await server.post('/login', {}, { Origin: 'https://evil.example' })],
    ['health', await server.get('/health/ready')],
    ['a document', await server.get('/openapi.json')],
    ['an unknown path', await server.get('/nowhere')],
    ['another method', await server.call('PUT', '/login')],
    ['a preflight', await server.call('OPTIONS', '/login', { headers: { Origin: WEB_ORIGIN } })],
  ]
}

it('has security headers, a number and no permission to store on every answer', async () => {
  const ids = new Set<string | null>()
  const answers = await everyKind()

  for (const [name, answer] of answers) {
    const headers = Object.fromEntries(answer.headers)
    expect({ name, ...headers }).toMatchObject({
      name,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'cache-control': 'no-store',
    })
    expect(headers.vary).toMatch(/\borigin\b/i)
    expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
    ids.add(headers['x-request-id'] ?? null)
  }
  expect(ids.size).toBe(answers.length)
})

it('asks for https only where it is served by https', async () => {
  const url = 'http://localhost:4400'
  const local = callsTo(await createServer(serverOptions(server.database, { url })))

  const answer = await local.get('/health/live')

  expect(answer.headers.get('strict-transport-security')).toBeNull()
})

it('says nothing about what it is made of', async () => {
  for (const [, answer] of await everyKind()) {
    expect(answer.headers.get('server')).toBeNull()
    expect(answer.headers.get('x-powered-by')).toBeNull()
  }
})

describe('CORS', () => {
  const preflight = (Origin: string, path = '/login') =>
    server.call('OPTIONS', path, {
      headers: {
        Origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-countersign',
      },
    })

  it.each([WEB_ORIGIN, AUTH_ORIGIN])('allows pages of %s, with credentials', async (origin) => {
    const asked = await preflight(origin)
    const answered = await server.get('/sessions', { Origin: origin })

    expect(asked.status).toBe(204)
    for (const { headers } of [asked, answered]) {
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('access-control-allow-credentials')).toBe('true')
    }
    const allowed = asked.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')
    expect(allowed).toEqual(['content-type', 'authorization', 'x-countersign'])
    const methods = asked.headers.get('access-control-allow-methods')?.split(', ')
    expect(methods).toEqual(['GET', 'POST', 'PATCH', 'DELETE'])
  })

  it.each([
    'https://evil.example',
    'null',
    `${WEB_ORIGIN}.evil.example`,
    'https://app.example.com:444',
    '*',
  ])('allows nothing to %s', async (origin) => {
    const asked = await preflight(origin)
    const answered = await server.get('/sessions', { Origin: origin })

    for (const { headers } of [asked, answered]) {
      const names = [...headers.keys()].filter((name) => name.startsWith('access-control-allow'))
      expect(names).toEqual([])
    }
  })

  it('lets scripts read the headers that errors are told by', async () => {
    const { headers } = await server.get('/me', { Origin: WEB_ORIGIN })

    expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual([
      'WWW-Authenticate',
      'Retry-After',
      'X-Request-Id',
    ])
  })
})

describe('a method that a path does not have', () => {
  it.each([
    ['GET', '/login', 'POST'],
    ['PUT', '/refresh', 'POST'],
    ['POST', '/me', 'GET'],
    ['PATCH', '/sessions', 'GET, DELETE'],
    ['POST', '/jwks', 'GET'],
    ['GET', '/sessions/1f0a9f0e-0000-4000-8000-000000000000', 'DELETE'],
  ])('is refused as such: %s %s', async (method, path, allow) => {
    const answer = await server.call(method, path)

    expect(answer.status).toBe(405)
    expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' })
    expect(answer.headers.get('allow')).toBe(allow)
  })

  it('does not count HEAD among them', async () => {
    const answer = await server.call('HEAD', '/jwks')

    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('')
  })
})
