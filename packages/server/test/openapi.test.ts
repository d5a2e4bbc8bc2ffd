import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApp } from '../src/http/app.js'
import { createEndpoints } from '../src/http/endpoints.js'
import { CLIENTS, oauthCalls } from './oauth-fixture.js'
import {
  AUTH_ORIGIN,
  bearer,
  newEmail,
  PASSWORD,
  startServer,
  type TestServer,
} from './server-fixture.js'

interface Operation {
  readonly summary: string
  readonly security?: readonly Record<string, unknown>[]
  readonly requestBody?: { readonly content: Content; readonly required: boolean }
  readonly responses: Readonly<Record<string, { description: string; content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: object }>>
interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly securitySchemes: Readonly<Record<string, { readonly type: string }>>
  }
}

let server: TestServer
let oauth: ReturnType<typeof oauthCalls>
let document: Document
beforeAll(async () => {
  const google = { id: 'google', clientId: 'c', clientSecret: 's' }
  server = await startServer({ clients: CLIENTS, socialProviders: [google] })
  oauth = oauthCalls(server)
  document = await (await server.get('/openapi.json')).json()
})
afterAll(() => server?.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

/** A schema of the document as a validator, its references resolved. */
function validator(schema: object): z.ZodType {
  const $defs = JSON.parse(
    JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
  )
  const text = JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')
  return z.fromJSONSchema({ ...JSON.parse(text), $defs })
}

describe('the OpenAPI document', () => {
  it('is one of version 3.1 about this server', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toEqual({ title: expect.any(String), version: expect.any(String) })
    expect(document.servers).toEqual([{ url: `${AUTH_ORIGIN}/api/auth` }])
  })

  it('has nothing that is not of OpenAPI 3.1: every reference leads somewhere', () => {
    const text = JSON.stringify(document)
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '')

    expect(references.length).toBeGreaterThan(5)
    for (const target of references) {
      const name = target.replace('#/components/schemas/', '')
      expect(document.components.schemas).toHaveProperty(name)
    }
    expect(text).not.toContain('"nullable"')
  })

  it('describes every operation, its answers and what opens it', () => {
    const schemes = Object.keys(document.components.securitySchemes)
    for (const { path, method, operation } of operations()) {
      expect([path, method, operation.summary]).toEqual([path, method, expect.any(String)])
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2345]\d\d$/)
        expect(answer.description).toMatch(/\w/)
      }
      for (const name of (operation.security ?? []).flatMap(Object.keys)) {
        expect(schemes).toContain(name)
      }
    }
  })

  it('has every route of the server, and no other', () => {
    const services = {
      options: { trustedOrigins: new Set(), origin: AUTH_ORIGIN, algorithm: 'EdDSA' },
      keys: { jwks: { keys: [] }, verification: [] },
      mail: {},
      providers: new Map(),
    } as never
    const { routes } = createApp(services, createEndpoints(services))
    const documented = operations().map(({ path, method }) => `${method} ${path}`)
    const served = routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/auth/'))
      .map(({ method, path }) => [method.toLowerCase(), path.slice('/api/auth'.length)] as const)
      .map(([method, path]) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
      .filter((route) => route !== 'get /openapi.json')

    expect([...documented].sort()).toEqual([...new Set(served)].sort())
  })

  it('has no operation that is not there', async () => {
    for (const { path, method } of operations()) {
      const real = path
        .replace('{provider}', 'google')
        .replace(/\{\w+\}/g, '1f0a9f0e-0000-4000-8000-000000000000')
      const answer = await server.call(method.toUpperCase(), real)
      expect([method, path, answer.status]).not.toEqual([method, path, 404])
      expect([method, path, answer.status]).not.toEqual([method, path, 405])
    }
  })

  it('describes refusals as problem+json, and those of OAuth as their RFCs do', () => {
    const problem = {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    }
    const oauth = { 'application/json': { schema: { $ref: '#/components/schemas/OAuthError' } } }
    for (const { path, operation } of operations()) {
      const isOAuth = ['/token', '/introspect', '/revoke'].includes(path)
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue
        expect([path, content]).toEqual([path, isOAuth ? oauth : problem])
      }
    }
  })

  it('may be asked for by anybody, and tells no secret', async () => {
    const answer = await server.get('/openapi.json')

    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await answer.text()).not.toMatch(/postgres|better-auth|todo/i)
  })
})

describe('what the server does', () => {
  const schemaOf = (method: string, path: string, status: number): z.ZodType => {
    const answer = document.paths[path]?.[method]?.responses[status]
    const [content] = Object.values(answer?.content ?? {})
    if (!content) throw new Error(`${method} ${path} has no answer ${status}`)
    return validator(content.schema)
  }

  it('is what the document says of successes', async () => {
    const email = newEmail()
    const account = { email, password: PASSWORD, name: 'Ada' }
    const made = await server.post('/signup', account)
    const { accessToken, refreshToken } = await made.clone().json()
    const answers: [string, string, Response][] = [
      ['post', '/signup', made],
      ['post', '/register', await server.post('/register', { ...account, email: newEmail() })],
      ['post', '/login', await server.post('/login', { email, password: PASSWORD })],
      ['post', '/refresh', await server.refresh(refreshToken)],
      ['get', '/me', await server.get('/me', bearer(accessToken))],
      ['get', '/sessions', await server.get('/sessions', bearer(refreshToken))],
      ['get', '/jwks', await server.get('/jwks')],
      ['post', '/token', await oauth.grant(refreshToken)],
      ['post', '/introspect', await oauth.introspect(accessToken)],
      ['post', '/introspect', await oauth.introspect('words')],
      ['post', '/revoke', await oauth.revoke('words')],
      ['get', '/health/live', await server.get('/health/live')],
      ['get', '/health/ready', await server.get('/health/ready')],
    ]

    for (const [method, path, answer] of answers) {
      expect([path, answer.ok]).toEqual([path, true])
      const checked = schemaOf(method, path, answer.status).safeParse(await answer.json())
      expect([path, checked.error?.issues]).toEqual([path, undefined])
    }
  })

  it('is what the document says of refusals', async () => {
    const answers: [string, string, Response][] = [
      ['post', '/signup', await server.post('/signup', {})],
      ['post', '/login', await server.post('/login', { email: newEmail(), password: 'x' })],
      ['post', '/refresh', await server.refresh('csr_')],
      ['get', '/me', await server.get('/me')],
      ['get', '/sessions', await server.get('/sessions')],
      ['post', '/token', await oauth.grant('csr_')],
      ['post', '/introspect', await oauth.introspect('words', {})],
      ['post', '/revoke', await oauth.form('/revoke', {})],
      ['delete', '/sessions/{id}', await server.call('DELETE', '/sessions/1')],
    ]

    for (const [method, path, answer] of answers) {
      const checked = schemaOf(method, path, answer.status).safeParse(await answer.json())
      expect([path, checked.error?.issues]).toEqual([path, undefined])
    }
  })

  it('takes what the document allows and refuses what it forbids', () => {
    const body = document.paths['/signup']?.post?.requestBody
    const schema = validator(body?.content['application/json']?.schema ?? {})
    const account = { email: 'ada@example.com', password: PASSWORD }

    expect(body?.required).toBe(true)
    expect(schema.safeParse({ ...account, name: 'Ada', remember: false }).success).toBe(true)
    expect(schema.safeParse({ ...account, role: 'admin' }).success).toBe(false)
    expect(schema.safeParse({ email: account.email }).success).toBe(false)
    expect(schema.safeParse({ ...account, remember: 'yes' }).success).toBe(false)
    expect(schema.safeParse({ ...account, password: 'x'.repeat(257) }).success).toBe(false)
  })
})
