import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { administer } from '../../../packages/server/test/databases.js'
import { type Api, KINDS, START_TIMEOUT_MS, startApi } from './apis.js'
import { type Issuer, startIssuer } from './issuer.js'

const PATIENCE = { timeout: 60_000, interval: 100 }

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())

describe.each(KINDS.filter(({ unscoped }) => !unscoped))('$name without its database', (kind) => {
  let api: Api
  beforeAll(async () => {
    api = await startApi(kind, issuer)
  }, START_TIMEOUT_MS)
  afterAll(() => api?.stop())

  const get = (path: string) => api.ask('GET', path, { token: issuer.token('alice') })

  it('answers 503 and a time to retry, knows who asks, and goes on when it is back', async () => {
    await setReachable(api, false)
    const health = await get('/health')
    const tasks = await get('/api/v1/tasks')
    const me = await get('/api/v1/auth/me')
    await setReachable(api, true)

    for (const answer of [health, tasks]) {
      const text = await answer.text()
      expect(answer.status).toBe(503)
      expect(JSON.parse(text)).toMatchObject({ code: 'service_unavailable' })
      expect(text).not.toMatch(/connection|database "|postgres/)
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    }
    expect(me.status).toBe(200)
    await vi.waitFor(async () => expect((await get('/api/v1/tasks')).status).toBe(200), PATIENCE)
  }, 120_000)
})

/** Ends every connection to the database of an API, and lets none or all be made again. */
async function setReachable({ databaseUrl }: Api, isReachable: boolean): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1)
  const server = process.env.TEST_DATABASE_URL ?? ''
  await administer(server, `alter database ${name} with allow_connections ${isReachable}`)
  if (isReachable) return
  const end = 'select pg_terminate_backend(pid) from pg_stat_activity'
  await administer(server, `${end} where datname = '${name}'`)
}
