import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bearer,
  COOKIE,
  expectProblem,
  rowCounts,
  startServer,
  type TestServer,
} from './server-fixture.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

describe('POST /logout', () => {
  it('ends the session, announces it and forgets the one of Better Auth', async () => {
    const { refreshToken } = await server.signUp()
    const before = await rowCounts(server.database)

    const answer = await server.post('/logout', { refreshToken })

    expect(answer.status).toBe(204)
    expect(await answer.text()).toBe('')
    const problem = await expectProblem(await server.refresh(refreshToken), 401, 'session_ended')
    expect(problem).toMatchObject({ reason: 'signed_out' })
    const { session = 0, countersign_revocations: announced = 0, ...rest } = before
    expect(await rowCounts(server.database)).toEqual({
      ...rest,
      session: session - 1,
      countersign_revocations: announced + 1,
    })
  })

  it('leaves the other sessions of the user alone', async () => {
    const first = await server.signUp()
    const second = await (
      await server.post('/login', { email: first.email, password: 'correct horse battery staple' })
    ).json()

    await server.post('/logout', { refreshToken: first.refreshToken })

    expect((await server.refresh(second.refreshToken)).status).toBe(200)
  })

  it('removes the cookie of a browser', async () => {
    const { cookie } = await server.signUpInBrowser()

    const answer = await server.fromBrowser('POST', '/logout', cookie)

    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()).toEqual([
      `${COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0`,
    ])
    await expectProblem(await server.fromBrowser('POST', '/refresh', cookie), 401, 'session_ended')
  })

  it('is done already for a session that ended', async () => {
    const { refreshToken } = await server.signUp()
    await server.post('/logout', { refreshToken })
    const before = await rowCounts(server.database)

    expect((await server.post('/logout', { refreshToken })).status).toBe(204)

    expect(await rowCounts(server.database)).toEqual(before)
  })

  it.each([
    ['a token that is not ours', { refreshToken: 'csr_unknown' }],
    ['an empty token', { refreshToken: '' }],
  ])('is done already for %s', async (_name, body) => {
    expect((await server.post('/logout', body)).status).toBe(204)
  })

  it('is done already for a browser without a cookie', async () => {
    const answer = await server.fromBrowser('POST', '/logout', 'theme=dark')

    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()[0]).toMatch(/Max-Age=0/)
  })

  it.each(['Bearer', 'bearer', 'BEARER'])(
    'ends nothing with only an access token (%s), and does not pretend to',
    async (scheme) => {
      const { accessToken, refreshToken } = await server.signUp()
      const headers = { Authorization: `${scheme} ${accessToken}` }

      await expectProblem(await server.call('POST', '/logout', { headers }), 400, 'invalid_request')

      expect((await server.refresh(refreshToken)).status).toBe(200)
    },
  )

  it('ends nothing with an access token in the place of the refresh token', async () => {
    const { accessToken, refreshToken } = await server.signUp()

    const answer = await server.post('/logout', { refreshToken: accessToken })

    await expectProblem(answer, 400, 'invalid_request')
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })

  it('leaves the access token to its few minutes, except where the session is asked for', async () => {
    const { accessToken, refreshToken } = await server.signUp()
    await server.post('/logout', { refreshToken })

    await expectProblem(await server.get('/me', bearer(accessToken)), 401, 'invalid_token')
  })
})
