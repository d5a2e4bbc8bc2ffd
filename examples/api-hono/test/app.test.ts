import { generatePrivateJwk, signingKeyFromJwk } from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { START_TIMEOUT_MS, startApi, type TestApi, WEB } from './api.js'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
}, START_TIMEOUT_MS)
afterAll(() => api.close())

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

describe('GET /api/v1/auth/me', () => {
  it('answers the identity of the token', async () => {
    const response = await api.request('/api/v1/auth/me', bearer(api.tokenFor('alice')))

    expect(response.status).toBe(200)
    const me = (await response.json()) as Record<string, unknown>
    expect(me).toMatchObject({ userId: 'alice', email: 'alice@example.test', role: 'user' })
    expect(me).toMatchObject({ sessionId: 'session-of-alice', clientId: 'todo-web' })
    expect(me.exp).toBe(me.expiresAt)
    expect(response.headers.get('Cache-Control')).toBe('no-store')
  })

  it('refuses a request without a token', async () => {
    const response = await api.request('/api/v1/auth/me')

    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
    expect(await response.json()).toMatchObject({ code: 'missing_token' })
  })

  it.each([
    ['of another audience', { aud: 'other-api' }],
    ['of another issuer', { iss: 'http://localhost:4401/api/auth' }],
    ['that has expired', { iat: 1_000, exp: 1_900 }],
    ['that lives too long', { exp: Math.floor(Date.now() / 1000) + 86_400 }],
  ])('refuses a token %s', async (_, claims) => {
    const response = await api.request('/api/v1/auth/me', bearer(api.tokenFor('alice', claims)))

    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
  })

  it('refuses a token of another key', async () => {
    const otherKey = signingKeyFromJwk(await generatePrivateJwk('EdDSA'))

    const response = await api.request(
      '/api/v1/auth/me',
      bearer(api.tokenFor('alice', {}, otherKey)),
    )

    expect(response.status).toBe(401)
  })
})

it('takes a genuine token whose user id no database can hold for a bad one', async () => {
  const response = await api.as('a\0b', 'GET', '/api/v1/tasks')

  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ code: 'invalid_token' })
})

it('publishes its contract without a token', async () => {
  const response = await api.request('/openapi.json')

  const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> }
  expect(Object.keys(paths)).toEqual([
    '/health',
    '/api/v1/auth/me',
    '/api/v1/tasks',
    '/api/v1/tasks/{id}',
  ])
  expect(Object.keys(paths['/api/v1/tasks/{id}'] ?? {})).toContain('patch')
})

describe('every task route', () => {
  it.each([
    ['GET', '/api/v1/tasks'],
    ['POST', '/api/v1/tasks'],
    ['GET', '/api/v1/tasks/00000000-0000-4000-8000-000000000000'],
    ['PATCH', '/api/v1/tasks/00000000-0000-4000-8000-000000000000'],
    ['DELETE', '/api/v1/tasks/00000000-0000-4000-8000-000000000000'],
  ])('refuses %s %s without a token', async (method, path) => {
    const response = await api.request(path, { method })

    expect(response.status).toBe(401)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  })
})

describe('pages of other origins', () => {
  const preflight = (origin: string) =>
    api.request('/api/v1/tasks', {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH' },
    })

  it('may ask from an allowed origin', async () => {
    const { headers } = await preflight(WEB)

    expect(headers.get('Access-Control-Allow-Origin')).toBe(WEB)
    expect(headers.get('Access-Control-Allow-Methods')).toContain('PATCH')
    expect(headers.get('Access-Control-Allow-Headers')).toContain('Authorization')
    expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
  })

  it.each([`${WEB}.evil.test`, 'http://localhost:3001', 'https://localhost:3000', 'null'])(
    'may not ask from %s',
    async (origin) => {
      expect((await preflight(origin)).headers.get('Access-Control-Allow-Origin')).toBeNull()
    },
  )

  it('may read the reason of a refusal', async () => {
    const { headers } = await api.request('/api/v1/tasks', { headers: { Origin: WEB } })

    expect(headers.get('Access-Control-Allow-Origin')).toBe(WEB)
    expect(headers.get('Access-Control-Expose-Headers')).toBe('WWW-Authenticate,Retry-After')
    expect(headers.get('Vary')).toContain('Origin')
  })
})

it('sends security headers with every answer', async () => {
  for (const path of ['/health', '/api/v1/tasks', '/nowhere']) {
    const { headers } = await api.request(path)
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
  }
})

it('answers 404 with a problem to an unknown path', async () => {
  const response = await api.request('/nowhere')

  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: 'not_found' })
})

describe('the database', () => {
  it('is healthy while it answers', async () => {
    expect((await api.request('/health')).status).toBe(200)
  })

  it('says nothing internal when there is a bug', async () => {
    await api.database.query('alter table tasks rename to hidden')

    const response = await api.as('alice', 'GET', '/api/v1/tasks')

    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('relation')
    expect(api.errors).toHaveLength(1)
    await api.database.query('alter table hidden rename to tasks')
  })

  it('answers 503 and a time to retry while it is down, but still knows who is asking', async () => {
    const errors = api.errors.length
    await api.close()

    const health = await api.request('/health')
    const tasks = await api.as('alice', 'GET', '/api/v1/tasks')
    const me = await api.as('alice', 'GET', '/api/v1/auth/me')

    for (const response of [health, tasks]) {
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('5')
      expect(await response.json()).toMatchObject({ code: 'service_unavailable' })
    }
    expect(me.status).toBe(200)
    expect(api.errors).toHaveLength(errors)
  })
})
