import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { openPostgres } from '../src/database/postgres.js'
import { type Listening, listen } from '../src/listen.js'
import { createServer } from '../src/server.js'
import { type PrivatePostgres, privatePostgres } from './private-postgres.js'
import { NO_BODY, newEmail, PASSWORD, serverOptions, WEB_ORIGIN } from './server-fixture.js'

const LIMITS = {
  loginFailuresPerAccount: 3,
  loginFailuresPerIp: 100,
  signupsPerIp: 1000,
  refreshesPerSession: 1_000_000,
}
const JSON_TYPE = { 'Content-Type': 'application/json' }

let postgres: PrivatePostgres
let database: Database
let listening: Listening
let url: string
beforeAll(async () => {
  postgres = await privatePostgres()
  await postgres.start()
  database = openPostgres({ url: postgres.url })
  const options = { limits: LIMITS, session: { graceSeconds: 0, coalesceSeconds: 0 } }
  const server = await createServer(serverOptions(database, options))
  listening = await listen(server, { port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${listening.port}/api/auth`
}, 120_000)
afterAll(async () => {
  await listening?.close()
  await database?.close()
  await postgres?.remove()
})

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify(body),
  })
const refresh = (refreshToken: string) => post('/refresh', { refreshToken })

describe('while PostgreSQL is stopped', () => {
  const email = newEmail()
  let token: string
  let cookie: string
  let accessToken: string
  beforeAll(async () => {
    const session = await (await post('/signup', { email, password: PASSWORD })).json()
    token = session.refreshToken
    accessToken = session.accessToken
    const browser = { Origin: WEB_ORIGIN }
    const made = await post('/signup', { email: newEmail(), password: PASSWORD }, browser)
    cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    await postgres.stop('SIGINT')
  })

  async function expectUnavailable(answer: Response) {
    expect([answer.status, (await answer.json()).code]).toEqual([503, 'service_unavailable'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.getSetCookie()).toEqual([])
  }

  it('asks to come again with a refresh', async () => {
    await expectUnavailable(await refresh(token))
  })

  it('asks a browser to come again, and leaves its cookie alone', async () => {
    const headers = { Origin: WEB_ORIGIN, Cookie: cookie, ...NO_BODY }

    await expectUnavailable(await fetch(`${url}/refresh`, { method: 'POST', headers }))
    await expectUnavailable(await fetch(`${url}/logout`, { method: 'POST', headers }))
  })

  it('asks to come again with a login, and holds none against the user', async () => {
    for (let attempt = 0; attempt < LIMITS.loginFailuresPerAccount + 2; attempt += 1) {
      await expectUnavailable(await post('/login', { email, password: PASSWORD }))
    }
  })

  it.each([
    ['POST', '/signup'],
    ['POST', '/logout'],
    ['GET', '/me'],
    ['GET', '/sessions'],
    ['DELETE', '/sessions'],
  ])('asks to come again with %s %s', async (method, path) => {
    const bodies = {
      '/signup': { email: newEmail(), password: PASSWORD },
      '/logout': { refreshToken: token },
    }
    const body = bodies[path as keyof typeof bodies]
    const bearer = path === '/me' ? accessToken : token
    const answer = await fetch(url + path, {
      method,
      headers: body ? JSON_TYPE : { Authorization: `Bearer ${bearer}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })

    await expectUnavailable(answer)
  })

  it('is alive, not ready, and still shows its keys', async () => {
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    expect((await fetch(`${url}/health/ready`)).status).toBe(503)
    expect((await fetch(`${url}/jwks`)).status).toBe(200)
  })

  it('refuses forged tokens as ever', async () => {
    expect((await refresh(`csr_${'A'.repeat(72)}`)).status).toBe(401)
  })

  describe('and started again', () => {
    beforeAll(() => postgres.start())

    it('is ready by itself', async () => {
      expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    })

    it('takes the same tokens, as if nothing had been', async () => {
      const headers = { Origin: WEB_ORIGIN, Cookie: cookie, ...NO_BODY }

      expect((await refresh(token)).status).toBe(200)
      expect((await fetch(`${url}/refresh`, { method: 'POST', headers })).status).toBe(200)
    })

    it('lets the user in who tried to all the time', async () => {
      expect((await post('/login', { email, password: PASSWORD })).status).toBe(200)
    })
  })
})

describe.each(['SIGINT', 'SIGQUIT'] as const)(
  'when %s ends PostgreSQL amid refreshes',
  (signal) => {
    let tokens: string[]
    beforeEach(async () => {
      const accounts = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const email = newEmail()
          const made = await post('/signup', { email, password: PASSWORD })
          return (await made.json()).refreshToken as string
        }),
      )
      tokens = accounts
    })

    it('answers 200 or 503, and logs nobody out', async () => {
      const statuses = new Set<number>()
      let refreshes = 0
      let stopped = false
      const client = async (first: string): Promise<string> => {
        let token = first
        while (!stopped) {
          const answer = await refresh(token)
          statuses.add(answer.status)
          const body = await answer.json()
          if (answer.ok) token = body.refreshToken
          refreshes += 1
        }
        return token
      }
      const clients = tokens.map(client)
      await expect.poll(() => refreshes, { timeout: 10_000 }).toBeGreaterThan(30)

      await postgres.stop(signal)
      await expect.poll(async () => (await fetch(`${url}/health/ready`)).status).toBe(503)
      stopped = true
      const held = await Promise.all(clients)
      await postgres.start()

      expect([...statuses].sort()).toEqual([200, 503])
      for (const token of held) expect((await refresh(token)).status).toBe(200)
    })
  },
)
