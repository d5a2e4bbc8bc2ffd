import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { createServer } from '../src/server.js'
import { postgres, type TestDatabase } from './databases.js'
import { callsTo, expectProblem, serverOptions } from './server-fixture.js'

let opened: TestDatabase
/** What the database does with a query; by default it answers. */
let query: Database['query'] | undefined
let server: ReturnType<typeof callsTo>
beforeAll(async () => {
  opened = await postgres()
  const moody: Database = {
    ...opened.database,
    query: (statement) => (query ?? opened.database.query)(statement),
  }
  server = callsTo(await createServer(serverOptions(moody)))
})
afterAll(() => opened?.close())

describe('GET /health/ready', () => {
  it('says that the server is ready', async () => {
    query = undefined

    const answer = await server.get('/health/ready')

    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'ready' })
  })

  it.each<[string, Database['query']]>([
    ['refuses connections', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    ['fails in any other way', () => Promise.reject(new TypeError('no'))],
    ['does not answer', () => new Promise(() => {})],
  ])(
    'says that it is not while the database %s, and then that it is again',
    async (_name, mood) => {
      query = mood
      const refused = await server.get('/health/ready')
      query = undefined

      await expectProblem(refused, 503, 'service_unavailable')
      expect(refused.headers.get('retry-after')).toBe('2')
      expect((await server.get('/health/ready')).status).toBe(200)
    },
  )
})

describe('GET /health/live', () => {
  it('does not depend on the database', async () => {
    query = () => new Promise(() => {})

    const answer = await server.get('/health/live')

    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ status: 'live' })
    query = undefined
  })
})
