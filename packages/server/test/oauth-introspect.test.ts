import { generatePrivateJwk, signAccessToken, signingKeyFromJwk } from '@countersign/core'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import { DATABASES } from './databases.js'
import { API_CLIENT, AS_OTHER, CLIENTS, expectOAuthError, oauthCalls } from './oauth-fixture.js'
import {
  type Account,
  AS_CLIENT,
  AUDIENCE,
  AUTH_ORIGIN,
  callsTo,
  SECRET,
  serverOptions,
  startServer,
  type TestServer,
} from './server-fixture.js'
import { age, DAY, place, stateOf } from './session-fixture.js'

const ISSUER = `${AUTH_ORIGIN}/api/auth`

describe.each(DATABASES)('introspection on %s', (_, open) => {
  let server: TestServer
  let oauth: ReturnType<typeof oauthCalls>
  beforeAll(async () => {
    server = await startServer({ clients: CLIENTS }, open)
    oauth = oauthCalls(server)
  })
  afterAll(() => server?.close())

  const expectInactive = async (token: string) => {
    const answer = await oauth.introspect(token)
    expect([answer.status, await answer.text()]).toEqual([200, '{"active":false}'])
  }
  const sidOf = ({ accessToken }: Account) => decodeJwt(accessToken).sid as string
  const update = (set: string, { user }: Account) =>
    server.database.query({ text: `update "user" set ${set} where id = $1`, values: [user.id] })

  it('describes an access token by its claims', async () => {
    const { accessToken, user } = await server.signUp(AS_CLIENT)

    const answer = await oauth.introspect(accessToken)

    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({
      ...decodeJwt(accessToken),
      active: true,
      token_type: 'Bearer',
      iss: ISSUER,
      sub: user.id,
      aud: AUDIENCE,
      client_id: 'todo-web',
    })
  })

  it('describes a refresh token by its session', async () => {
    const account = await server.signUp()

    expect(await (await oauth.introspect(account.refreshToken)).json()).toEqual({
      active: true,
      iss: ISSUER,
      sub: account.user.id,
      client_id: 'public',
      sid: sidOf(account),
      exp: expect.toSatisfy((exp: number) => Math.abs(exp - Date.now() / 1000 - 7 * DAY) < 60),
    })
  })

  it('takes a hint, even a wrong one', async () => {
    const { accessToken } = await server.signUp()
    const { id, secret } = API_CLIENT

    for (const token_type_hint of ['access_token', 'refresh_token', 'unknown']) {
      const form = { token: accessToken, token_type_hint, client_id: id, client_secret: secret }
      expect(await (await oauth.form('/introspect', form)).json()).toMatchObject({ active: true })
    }
  })

  it.each([
    ['words', 'not a token'],
    ['three words', 'a.b.c'],
    ['a NUL', 'a\0b'],
    ['a forged refresh token', `csr_${'A'.repeat(72)}`],
    ['a long text', 'a'.repeat(20_000)],
  ])('says no more than inactive of %s', async (_name, token) => {
    await expectInactive(token)
  })

  it('says so of every token that this server would not make', async () => {
    const { accessToken } = await server.signUp()
    const claims = decodeJwt(accessToken) as Parameters<typeof signAccessToken>[0]
    const foreign = signingKeyFromJwk(await generatePrivateJwk('EdDSA'))
    const other = callsTo(
      await createServer(serverOptions(server.database, { url: 'https://other.example.com' })),
    )

    await expectInactive(signAccessToken(claims, foreign))
    await expectInactive(`${accessToken.slice(0, -8)}AAAAAAAA`)
    await expectInactive((await other.signUp()).accessToken)
  })

  it('says so of an expired access token', async () => {
    const short = await createServer(serverOptions(server.database, { accessLifetimeSeconds: 1 }))
    const { accessToken } = await callsTo(short).signUp()
    await expect
      .poll(async () => (await oauth.introspect(accessToken)).text(), { timeout: 20_000 })
      .toBe('{"active":false}')
  })

  it('says so of both tokens of an ended session', async () => {
    const { accessToken, refreshToken } = await server.signUp()
    await server.post('/logout', { refreshToken })

    await expectInactive(accessToken)
    await expectInactive(refreshToken)
  })

  it('says so of both tokens of a session that was not used for too long', async () => {
    const account = await server.signUp()
    await age(server.database, sidOf(account), 8 * DAY)

    await expectInactive(account.accessToken)
    await expectInactive(account.refreshToken)
  })

  it.each([
    ['disabled', 'banned = true'],
    ['given another role, of the older token', "role = 'admin', ver = ver + 1"],
  ])('says so when the user was %s', async (_name, set) => {
    const account = await server.signUp()
    await update(set, account)

    await expectInactive(account.accessToken)
  })

  it('says so of the refresh token of a disabled user', async () => {
    const account = await server.signUp()
    await update('banned = true', account)

    await expectInactive(account.refreshToken)
  })

  it('says so of a refresh token that was used before, and ends nothing by looking', async () => {
    const account = await server.signUp()
    await place(server.database, sidOf(account), { gen: 5, parent: 4, age: 60, parentAge: 60 })

    await expectInactive(account.refreshToken)

    expect((await stateOf(server.database, sidOf(account))).revoked_at).toBeNull()
  })

  it('asks to wait for a refresh token that is ahead of the database', async () => {
    const account = await server.signUp()
    await age(server.database, sidOf(account), 60)
    const { refresh_token } = await (await oauth.grant(account.refreshToken)).json()
    await place(server.database, sidOf(account), { gen: 1, parent: 1, age: 60, parentAge: 60 })

    await expectOAuthError(await oauth.introspect(refresh_token), 503, 'temporarily_unavailable')
  })

  it.each<[string, Record<string, string>, number, 'invalid_client' | 'insufficient_scope']>([
    ['nobody', {}, 401, 'invalid_client'],
    ['a client without the scope', AS_OTHER, 403, 'insufficient_scope'],
    ['the web client', AS_CLIENT, 403, 'insufficient_scope'],
  ])('is refused to %s', async (_name, headers, status, code) => {
    const { accessToken } = await server.signUp()

    await expectOAuthError(await oauth.introspect(accessToken, headers), status, code)
  })
})

describe('introspection of tokens with a shared secret', () => {
  it('believes no claim that the database does not confirm', async () => {
    const jwtSecret = `${SECRET}jwt`
    const server = await startServer({ clients: CLIENTS, algorithm: 'HS256', jwtSecret })
    const { introspect } = oauthCalls(server)
    const { accessToken } = await server.signUp()
    const claims = decodeJwt(accessToken) as Parameters<typeof signAccessToken>[0]
    const { hmacKey } = await import('@countersign/core')
    const sign = (other: object) => signAccessToken({ ...claims, ...other }, hmacKey(jwtSecret))

    const genuine = await (await introspect(accessToken)).json()
    const forged = await Promise.all(
      [
        { sid: 'words' },
        { sid: crypto.randomUUID() },
        { sub: 'no\0body' },
        { sub: 'nobody' },
        { role: 'admin' },
        { client_id: 'todo-web' },
        { ver: 0 },
      ].map(async (other) => (await introspect(sign(other))).text()),
    )
    const shaped = await (await introspect(sign({ active: false, token_type: 'x' }))).json()
    await server.close()

    expect(genuine).toMatchObject({ active: true })
    expect(forged).toEqual(Array(7).fill('{"active":false}'))
    expect(shaped).toMatchObject({ active: true, token_type: 'Bearer' })
  })
})
