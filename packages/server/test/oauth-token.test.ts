import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AS_OTHER, CLIENTS, expectOAuthError, oauthCalls } from './oauth-fixture.js'
import { AS_CLIENT, bearer, CLIENT, startServer, type TestServer } from './server-fixture.js'
import { age, announced, DAY, place } from './session-fixture.js'

let server: TestServer
let oauth: ReturnType<typeof oauthCalls>
beforeAll(async () => {
  server = await startServer({ clients: CLIENTS })
  oauth = oauthCalls(server)
})
afterAll(() => server?.close())

const sessionOf = (accessToken: string) => decodeJwt(accessToken).sid as string

describe('the refresh grant', () => {
  it('answers what RFC 6749 asks for, and nobody may store it', async () => {
    const { refreshToken, accessToken } = await server.signUp()
    await age(server.database, sessionOf(accessToken), 60)

    const answer = await oauth.grant(refreshToken)
    const body = await answer.json()

    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('pragma')).toBe('no-cache')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^csr_/),
      refresh_expires_in: 7 * DAY,
    })
    expect(body.refresh_token).not.toBe(refreshToken)
    expect((await server.get('/me', bearer(body.access_token))).status).toBe(200)
  })

  it('is the same rotation as /refresh', async () => {
    const { refreshToken, accessToken } = await server.signUp()
    await age(server.database, sessionOf(accessToken), 60)

    const here = (await (await oauth.grant(refreshToken)).json()).refresh_token
    const there = (await (await server.refresh(refreshToken)).json()).refreshToken

    expect(there).toBe(here)
  })

  it.each([
    ['Basic', AS_CLIENT, {}],
    ['Basic and the same client_id', AS_CLIENT, { client_id: CLIENT.id }],
    ['the form', {}, { client_id: CLIENT.id, client_secret: CLIENT.secret }],
  ])('takes a confidential client by %s', async (_name, headers, parameters) => {
    const { refreshToken } = await server.signUp(AS_CLIENT)
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken, ...parameters }

    const answer = await oauth.form('/token', grant, headers as Record<string, string>)

    expect(answer.status).toBe(200)
    expect(decodeJwt((await answer.json()).access_token).client_id).toBe(CLIENT.id)
  })

  it('takes the public client by its name, and by none', async () => {
    const { refreshToken } = await server.signUp()
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }

    expect((await oauth.form('/token', { ...grant, client_id: 'public' })).status).toBe(200)
    expect((await oauth.form('/token', grant)).status).toBe(200)
  })

  it('tells a client without a credential from one that holds another’s grant', async () => {
    const { refreshToken } = await server.signUp(AS_CLIENT)

    await expectOAuthError(await oauth.grant(refreshToken), 401, 'invalid_client')
    await expectOAuthError(await oauth.grant(refreshToken, AS_OTHER), 400, 'invalid_grant')
    expect((await oauth.grant(refreshToken, AS_CLIENT)).status).toBe(200)
  })

  it('is invalid_grant for an ended session, and says why it ended', async () => {
    const { refreshToken } = await server.signUp()
    await server.post('/logout', { refreshToken })

    const body = await expectOAuthError(await oauth.grant(refreshToken), 400, 'invalid_grant')

    expect(body.reason).toBe('signed_out')
  })

  it('is invalid_grant for a token that was used before, and ends its session', async () => {
    const { refreshToken, accessToken } = await server.signUp()
    const sid = sessionOf(accessToken)
    await place(server.database, sid, { gen: 5, parent: 4, age: 60, parentAge: 60 })

    const body = await expectOAuthError(await oauth.grant(refreshToken), 400, 'invalid_grant')

    expect(body.reason).toBe('refresh_reuse')
    expect(await announced(server.database, sid)).toEqual(['refresh_reuse'])
  })

  it.each(['csr_', 'words', `csr_${'A'.repeat(72)}`])(
    'is invalid_grant for "%s"',
    async (token) => {
      await expectOAuthError(await oauth.grant(token), 400, 'invalid_grant')
    },
  )

  it('asks a token that is ahead of the database to wait', async () => {
    const { refreshToken, accessToken } = await server.signUp()
    const sid = sessionOf(accessToken)
    await age(server.database, sid, 60)
    const { refresh_token: next } = await (await oauth.grant(refreshToken)).json()
    await place(server.database, sid, { gen: 1, parent: 1, age: 60, parentAge: 60 })

    const answer = await oauth.grant(next)

    await expectOAuthError(answer, 503, 'temporarily_unavailable')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is asked to wait when a session refreshes too often', async () => {
    const limited = await startServer({ limits: { refreshesPerSession: 1 } })
    const { refreshToken } = await limited.signUp()
    const calls = oauthCalls(limited)
    expect((await calls.grant(refreshToken)).status).toBe(200)

    const answer = await calls.grant(refreshToken)
    await limited.close()

    await expectOAuthError(answer, 429, 'temporarily_unavailable')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('a grant', () => {
  it.each(['password', 'client_credentials', 'implicit', 'Refresh_Token'])(
    'of the type %s is unsupported',
    async (grant_type) => {
      const answer = await oauth.form('/token', { grant_type, refresh_token: 'a' })

      await expectOAuthError(answer, 400, 'unsupported_grant_type')
    },
  )

  it.each([{ refresh_token: 'a' }, { grant_type: 'refresh_token' }])(
    'that lacks a parameter is refused: %o',
    async (parameters) => {
      const answer = await oauth.form('/token', parameters as Record<string, string>)

      await expectOAuthError(answer, 400, 'invalid_request')
    },
  )

  it('that asks for a scope is refused, and not used up', async () => {
    const { refreshToken } = await server.signUp()
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }

    const answer = await oauth.form('/token', { ...grant, scope: 'admin' })

    await expectOAuthError(answer, 400, 'invalid_scope')
    expect((await oauth.grant(refreshToken)).status).toBe(200)
  })
})
