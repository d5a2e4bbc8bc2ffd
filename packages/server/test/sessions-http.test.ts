import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Account,
  AS_CLIENT,
  bearer,
  expectProblem,
  PASSWORD,
  type SessionBody,
  startServer,
  type TestServer,
} from './server-fixture.js'

interface Item {
  readonly id: string
  readonly current: boolean
  readonly clientId: string
}

let server: TestServer
let account: Account
let second: SessionBody
let stranger: Account
beforeAll(async () => {
  server = await startServer()
  account = await server.signUp({ 'User-Agent': 'laptop' })
  second = await login({ 'User-Agent': 'phone' })
  stranger = await server.signUp()
})
afterAll(() => server?.close())

async function login(headers: Record<string, string> = {}): Promise<SessionBody> {
  const answer = await server.post('/login', { email: account.email, password: PASSWORD }, headers)
  return (await answer.json()) as SessionBody
}
const idOf = ({ accessToken }: SessionBody) => String(decodeJwt(accessToken).sid)
const list = async (refreshToken: string): Promise<Item[]> => {
  const answer = await server.get('/sessions', bearer(refreshToken))
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { sessions: Item[] }).sessions
}

describe('GET /sessions', () => {
  it('lists the sessions of the user and nobody else’s', async () => {
    const sessions = await list(account.refreshToken)

    expect(sessions.map(({ id }) => id)).toEqual([idOf(second), idOf(account)])
    expect(sessions.map(({ current }) => current)).toEqual([false, true])
    expect(sessions[0]).toEqual({
      id: idOf(second),
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      lastSeenAt: expect.any(String),
      current: false,
      userAgent: 'phone',
      ip: null,
      clientId: 'public',
      remember: true,
    })
  })

  it('is open to a browser by its cookie', async () => {
    const { cookie } = await server.signUpInBrowser()

    const answer = await server.fromBrowser('GET', '/sessions', cookie)

    expect(await answer.json()).toMatchObject({ sessions: [{ current: true }] })
  })

  it('does not count as a use of the token', async () => {
    const { refreshToken } = await login()
    const seen = async () =>
      server.database.query({
        text: 'select id, gen, rotated_at, parent_used_at from countersign_sessions order by id',
      })
    const before = await seen()

    await list(refreshToken)

    expect(await seen()).toEqual(before)
  })

  it('is open to any server that holds the session of a confidential client', async () => {
    const { refreshToken } = await login(AS_CLIENT)

    const sessions = await list(refreshToken)

    expect(sessions.find(({ current }) => current)).toMatchObject({ clientId: 'todo-web' })
  })
})

describe('DELETE /sessions/{id}', () => {
  const end = (id: string, token: string) =>
    server.call('DELETE', `/sessions/${id}`, { headers: bearer(token) })

  it('ends one session', async () => {
    const other = await login()

    expect((await end(idOf(other), account.refreshToken)).status).toBe(204)

    const refused = await server.refresh(other.refreshToken)
    expect(await expectProblem(refused, 401, 'session_ended')).toMatchObject({ reason: 'revoked' })
    expect((await server.refresh(account.refreshToken)).status).toBe(200)
  })

  it('does not find the session of somebody else, nor one that ended', async () => {
    const ended = await login()
    await end(idOf(ended), account.refreshToken)

    for (const id of [idOf(stranger), idOf(ended), crypto.randomUUID()]) {
      await expectProblem(await end(id, account.refreshToken), 404, 'not_found')
    }
    expect((await server.refresh(stranger.refreshToken)).status).toBe(200)
  })

  it.each(['me', '1', '%00', '..%2f..', "'--", '1f0a9f0e-0000-4000-8000-00000000000g'])(
    'refuses %s as an id',
    async (id) => {
      await expectProblem(await end(id, account.refreshToken), 400, 'invalid_request')
    },
  )

  it('finds an id in capital letters', async () => {
    const other = await login()

    expect((await end(idOf(other).toUpperCase(), account.refreshToken)).status).toBe(204)
  })
})

describe('DELETE /sessions', () => {
  it('ends all sessions of the user but this one, and nobody else’s', async () => {
    const [kept, ended] = [await login(), await login()]

    const answer = await server.call('DELETE', '/sessions', { headers: bearer(kept.refreshToken) })

    expect(answer.status).toBe(204)
    expect(await list(kept.refreshToken)).toMatchObject([{ id: idOf(kept), current: true }])
    await expectProblem(await server.refresh(ended.refreshToken), 401, 'session_ended')
    expect((await server.refresh(stranger.refreshToken)).status).toBe(200)
  })
})

describe.each([
  ['GET', '/sessions'],
  ['DELETE', '/sessions'],
  ['DELETE', '/sessions/1f0a9f0e-0000-4000-8000-000000000000'],
])('%s %s', (method, path) => {
  it('refuses a caller without a session', async () => {
    await expectProblem(await server.call(method, path), 401, 'missing_token')
    await expectProblem(await server.fromBrowser(method, path, 'a=b'), 401, 'missing_token')
  })

  it('refuses an access token: an API must not act on the account', async () => {
    const { accessToken } = stranger
    const asBearer = await server.call(method, path, { headers: bearer(accessToken) })
    const cookie = `__Host-cs_refresh=${accessToken}`

    await expectProblem(asBearer, 401, 'invalid_token')
    await expectProblem(await server.fromBrowser(method, path, cookie), 401, 'invalid_token')
  })

  it('refuses a browser that sends a refresh token as a script would', async () => {
    const headers = { ...bearer(stranger.refreshToken), 'X-Countersign': '1' }
    const answer = await server.fromBrowser(method, path, 'a=b', headers)

    await expectProblem(answer, 401, 'missing_token')
  })

  it('refuses a session that ended', async () => {
    const { refreshToken } = await server.signUp()
    await server.post('/logout', { refreshToken })

    const answer = await server.call(method, path, { headers: bearer(refreshToken) })

    await expectProblem(answer, 401, 'session_ended')
  })
})
