import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { countersign, requireRole } from '../src/fastify.js'
import { hs256Token } from './fixtures.js'
import { scriptedVerifier } from './scripted-verifier.js'

const authorization = `Bearer ${hs256Token()}`

describe('the Fastify plugin', () => {
  it('protects its scope and those inside, whatever was declared first', async () => {
    const app = Fastify()
    app.get('/before', async () => 'ok')
    app.register(countersign(scriptedVerifier()))
    app.get('/after', async () => 'ok')
    app.register(async (inside) => {
      inside.get('/inside', async () => 'ok')
    })

    const paths = ['/before', '/after', '/inside']
    const refused = await Promise.all(paths.map((path) => app.inject(path)))
    const passed = await Promise.all(
      paths.map((path) => app.inject({ path, headers: { authorization } })),
    )

    expect(refused.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401])
    expect(passed.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200])
  })

  it('leaves other scopes alone', async () => {
    const app = Fastify()
    app.register(async (scope) => {
      scope.register(countersign(scriptedVerifier()))
    })
    app.get('/open', async () => 'ok')

    expect((await app.inject('/open')).statusCode).toBe(200)
  })

  it('may be registered again inside, where the stricter one decides', async () => {
    const app = Fastify()
    app.register(countersign(scriptedVerifier(), { optional: true }))
    app.get('/maybe', async () => 'ok')
    app.register(async (scope) => {
      scope.register(countersign(scriptedVerifier()))
      scope.get('/must', async () => 'ok')
    })

    expect((await app.inject('/maybe')).statusCode).toBe(200)
    expect((await app.inject('/must')).statusCode).toBe(401)
  })

  it('refuses before the body is read', async () => {
    const app = Fastify()
    app.register(countersign(scriptedVerifier()))
    app.post('/tasks', { preHandler: requireRole('user') }, async () => 'ok')
    const broken = { 'content-type': 'application/json' }

    const refused = await app.inject({ path: '/tasks', method: 'POST', headers: broken, body: '{' })
    const headers = { ...broken, authorization }
    const passed = await app.inject({ path: '/tasks', method: 'POST', headers, body: '{' })

    expect(refused.statusCode).toBe(401)
    expect(passed.statusCode).toBe(400)
  })
})
