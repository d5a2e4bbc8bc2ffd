import { hmacKey, signAccessToken } from '@countersign/core'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import {
  type Account,
  AUTH_ORIGIN,
  bearer,
  callsTo,
  expectProblem,
  serverOptions,
  startServer,
  type TestServer,
  transport,
} from './server-fixture.js'

let server: TestServer
let account: Account
beforeAll(async () => {
  server = await startServer()
  account = await server.signUp({ 'User-Agent': 'test browser' })
})
afterAll(() => server?.close())

describe('GET /me', () => {
  it('tells the user and the session of an access token', async () => {
    const answer = await server.get('/me', bearer(account.accessToken))

    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      user: account.user,
      session: {
        id: decodeJwt(account.accessToken).sid,
        createdAt: expect.any(String),
        expiresAt: expect.any(String),
        lastSeenAt: expect.any(String),
        current: true,
        userAgent: 'test browser',
        ip: transport.overSocket ? '127.0.0.1' : null,
        clientId: 'public',
        remember: true,
      },
    })
  })

  it('tells the user as the database knows them now', async () => {
    const { accessToken, user } = await server.signUp()
    await server.database.query({
      text: `update "user" set name = 'Grace', role = 'admin' where id = $1`,
      values: [user.id],
    })

    const answer = await server.get('/me', bearer(accessToken))

    expect(await answer.json()).toMatchObject({ user: { name: 'Grace', role: 'admin' } })
  })

  it('asks for a token with a bare challenge when there is none', async () => {
    const answer = await server.get('/me')

    await expectProblem(answer, 401, 'missing_token')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  it.each([
    ['%% after the scheme', 'Bearer %%'],
    ['%zz after the scheme', 'Bearer %zz'],
    ['no token', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['two tokens', 'Bearer a b'],
    ['two headers in one', 'Bearer a, Bearer b'],
    ['another scheme', 'Digest abc'],
    ['a client', 'Basic dG9kbzp3ZWI='],
    ['no scheme', 'eyJhbGciOiJub25lIn0.e30.'],
    ['an unsigned token', 'Bearer eyJhbGciOiJub25lIn0.e30.'],
    ['three dots', 'Bearer ...'],
    ['a long text', `Bearer ${'a'.repeat(9000)}`],
    ['very many dots', `Bearer ${'.'.repeat(transport.overSocket ? 8_000 : 1_000_000)}`],
    ['an empty header', ''],
  ])('refuses %s as a token', async (_name, Authorization) => {
    const answer = await server.get('/me', { Authorization })

    await expectProblem(answer, 401, 'invalid_token')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('refuses a refresh token', async () => {
    await expectProblem(await server.get('/me', bearer(account.refreshToken)), 401, 'invalid_token')
  })

  it('refuses a token with another signature', async () => {
    const { accessToken } = await server.signUp()
    const forged = accessToken.replace(/\.[^.]{4}(?=[^.]*$)/, '.AAAA')

    await expectProblem(await server.get('/me', bearer(forged)), 401, 'invalid_token')
  })

  it('refuses a token of another server’s key', async () => {
    const other = await startServer()
    const { accessToken } = await other.signUp()
    await other.close()

    await expectProblem(await server.get('/me', bearer(accessToken)), 401, 'invalid_token')
  })

  it('refuses the user who was banned or deleted since', async () => {
    const [banned, deleted] = [await server.signUp(), await server.signUp()]
    const run = (text: string, id: string) => server.database.query({ text, values: [id] })
    await run('update "user" set banned = true where id = $1', banned.user.id)
    await run('delete from "user" where id = $1', deleted.user.id)

    for (const { accessToken } of [banned, deleted]) {
      await expectProblem(await server.get('/me', bearer(accessToken)), 401, 'invalid_token')
    }
  })
})

describe('GET /me of a server that shares its secret', () => {
  const jwtSecret = 'a secret that the server shares with its APIs'
  const shared = async () =>
    callsTo(await createServer(serverOptions(server.database, { algorithm: 'HS256', jwtSecret })))

  it('takes its own tokens', async () => {
    const calls = await shared()
    const { accessToken } = await calls.signUp()

    expect((await calls.get('/me', bearer(accessToken))).status).toBe(200)
  })

  it.each([
    ['sid', 'not a uuid'],
    ['sid', '\u0000'],
    ['sub', 'a\u0000b'],
    ['sub', 'somebody else'],
  ])('refuses a token that an API made up with another %s', async (claim, value) => {
    const calls = await shared()
    const { accessToken } = await calls.signUp()
    const claims = { ...decodeJwt(accessToken), iss: `${AUTH_ORIGIN}/api/auth`, [claim]: value }

    const forged = signAccessToken(claims as never, hmacKey(jwtSecret))

    await expectProblem(await calls.get('/me', bearer(forged)), 401, 'invalid_token')
  })
})
