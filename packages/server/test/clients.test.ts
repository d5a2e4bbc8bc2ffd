import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClients } from '../src/clients/clients.js'
import {
  AS_CLIENT,
  BROWSER,
  basic,
  CLIENT,
  expectProblem,
  newEmail,
  PASSWORD,
  startServer,
  type TestServer,
  watched,
} from './server-fixture.js'

const OTHER = { id: 'other-web', secret: 'the-secret-of-another-server-0123456789' }
const AS_OTHER = basic(OTHER.id, OTHER.secret)

let server: TestServer
beforeAll(async () => {
  server = await startServer({ clients: [CLIENT, OTHER] })
})
afterAll(() => server?.close())

describe('a session of a confidential client', () => {
  it('names the client in its tokens and is refreshed by it', async () => {
    const { accessToken, refreshToken } = await server.signUp(AS_CLIENT)

    const answer = await server.refresh(refreshToken, AS_CLIENT)

    expect(decodeJwt(accessToken).client_id).toBe(CLIENT.id)
    expect(answer.status).toBe(200)
    expect(decodeJwt((await answer.json()).accessToken).client_id).toBe(CLIENT.id)
  })

  it.each([
    ['nobody', {}],
    ['another client', AS_OTHER],
    ['a wrong secret', basic(CLIENT.id, OTHER.secret)],
    ['an unknown client', basic('nobody', CLIENT.secret)],
    ['the public client', basic('public', CLIENT.secret)],
    ['a NUL', basic('todo\0web', CLIENT.secret)],
    ['an encoded NUL', basic('todo%00web', CLIENT.secret)],
  ])('is kept, not refreshed, for %s', async (_name, headers) => {
    const { refreshToken } = await server.signUp(AS_CLIENT)

    const answer = await server.refresh(refreshToken, headers as Record<string, string>)

    await expectProblem(answer, 401, 'invalid_client')
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="countersign"')
    expect((await server.refresh(refreshToken, AS_CLIENT)).status).toBe(200)
  })

  it('is kept, not refreshed, for a browser that stole the token', async () => {
    const { refreshToken } = await server.signUp(AS_CLIENT)
    const cookie = `__Host-cs_refresh=${refreshToken}`

    await expectProblem(await server.fromBrowser('POST', '/refresh', cookie), 401, 'invalid_client')

    expect((await server.refresh(refreshToken, AS_CLIENT)).status).toBe(200)
  })

  it('tells a foreign client nothing once it ended', async () => {
    const { refreshToken } = await server.signUp(AS_CLIENT)
    await server.post('/logout', { refreshToken }, AS_CLIENT)

    await expectProblem(await server.refresh(refreshToken, AS_OTHER), 401, 'invalid_client')
    await expectProblem(await server.refresh(refreshToken, AS_CLIENT), 401, 'session_ended')
  })

  it('is not made of a public one by a client that presents its token', async () => {
    const { refreshToken } = await server.signUp()

    await expectProblem(await server.refresh(refreshToken, AS_CLIENT), 401, 'invalid_client')
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })
})

describe('a wrong credential', () => {
  it.each(['/signup', '/login'])('makes no session at %s', async (path) => {
    const { email } = await server.signUp()
    const body = { email: path === '/login' ? email : newEmail(), password: PASSWORD }

    const wrong = await server.post(path, body, basic(CLIENT.id, 'wrong'))
    const form = await server.post(path, body, { Authorization: 'Bearer abc' })

    await expectProblem(wrong, 401, 'invalid_client')
    await expectProblem(form, 400, 'invalid_request')
  })

  it('is every credential that a browser sends: it cannot keep a secret', async () => {
    const body = { email: newEmail(), password: PASSWORD }

    const answer = await server.post('/signup', body, { ...BROWSER, ...AS_CLIENT })

    await expectProblem(answer, 401, 'invalid_client')
  })
})

describe('the store of clients', () => {
  const columns = () =>
    server.database.query<{ id: string }>({ text: 'select * from countersign_clients' })

  it('keeps no secret, and no plain text of it', async () => {
    const text = JSON.stringify(await columns())

    expect(text).not.toContain(CLIENT.secret)
    expect(text).not.toContain(Buffer.from(CLIENT.secret).toString('base64'))
    expect(text).not.toContain(Buffer.from(CLIENT.secret).toString('hex'))
  })

  it('asks for a row once in thirty seconds', async () => {
    let now = 1_000_000
    const database = watched(server.database)
    const clients = createClients(database, () => now)

    await clients.authenticate(CLIENT.id, CLIENT.secret)
    now += 29
    await clients.authenticate(CLIENT.id, CLIENT.secret)
    expect(database.statements).toHaveLength(1)

    now += 2
    await clients.authenticate(CLIENT.id, CLIENT.secret)
    expect(database.statements).toHaveLength(2)
  })

  it('takes the new secret and no longer the old one once it was replaced', async () => {
    const clients = createClients(server.database)
    const replaced = { id: 'replaced', secret: CLIENT.secret }
    await clients.put(replaced.id, replaced.secret)
    expect(await clients.authenticate(replaced.id, replaced.secret)).toMatchObject({
      id: 'replaced',
    })

    await clients.put(replaced.id, OTHER.secret)

    expect(await clients.authenticate(replaced.id, replaced.secret)).toBeUndefined()
    expect(await clients.authenticate(replaced.id, OTHER.secret)).toMatchObject({ id: 'replaced' })
  })

  it('has no secret for the public client', async () => {
    const clients = createClients(server.database)

    expect(await clients.authenticate('public', '')).toBeUndefined()
    expect(await clients.authenticate('public', 'public')).toBeUndefined()
  })
})
