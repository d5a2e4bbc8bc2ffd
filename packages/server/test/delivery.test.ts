import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import {
  AUTH_ORIGIN,
  BROWSER,
  COOKIE,
  callsTo,
  cookieOf,
  expectProblem,
  newEmail,
  PASSWORD,
  type SessionBody,
  serverOptions,
  startServer,
  type TestServer,
  WEB_ORIGIN,
} from './server-fixture.js'

const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15'
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

const signUp = (headers: Record<string, string>, body: object = {}) =>
  server.post('/signup', { email: newEmail(), password: PASSWORD, ...body }, headers)

describe('a server-to-server caller', () => {
  it('gets the refresh token in the body and no cookie', async () => {
    const answer = await signUp({})

    expect(((await answer.json()) as SessionBody).refreshToken).toMatch(/^csr_/)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('is not let in by a cookie', async () => {
    const { cookie } = await server.signUpInBrowser()

    const answer = await server.call('POST', '/refresh', { headers: { Cookie: cookie } })

    await expectProblem(answer, 401, 'missing_token')
  })

  it('is still one with the headers that fetch of Node sends', async () => {
    const answer = await signUp({ 'Sec-Fetch-Mode': 'cors', 'User-Agent': 'node' })

    expect(((await answer.json()) as SessionBody).refreshToken).toMatch(/^csr_/)
  })
})

describe('a browser', () => {
  it.each([
    ['Origin', { Origin: WEB_ORIGIN }],
    ['Sec-Fetch-Site', { 'Sec-Fetch-Site': 'same-origin' }],
    ['both', { Origin: WEB_ORIGIN, 'Sec-Fetch-Site': 'cross-site' }],
    ['its own origin', { Origin: AUTH_ORIGIN }],
  ])('known by %s never sees the refresh token in a body', async (_name, headers) => {
    const made = await signUp(headers)
    const refreshed = await server.fromBrowser('POST', '/refresh', cookieOf(made))

    for (const answer of [made, refreshed]) {
      expect(answer.ok).toBe(true)
      expect(await answer.clone().json()).not.toHaveProperty('refreshToken')
      expect(await answer.text()).not.toContain('csr_')
    }
  })

  it('gets a cookie that no script, no other site and no other host can use', async () => {
    const answer = await signUp(BROWSER)

    const [cookie, device, ...others] = answer.headers.getSetCookie()
    expect(others).toEqual([])
    expect(device).toMatch(/^__Host-cs_device=csd_[\w-]{43}; .*HttpOnly; SameSite=Strict; Secure;/)
    expect(cookie?.split('; ').slice(1).sort()).toEqual(
      ['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Strict', 'Secure'].sort(),
    )
    expect(cookie).toMatch(/^__Host-cs_refresh=csr_[\w-]{72};/)
  })

  it('gets a cookie for as long as it runs when it is not to be remembered', async () => {
    const made = await signUp(BROWSER, { remember: false })
    const refreshed = await server.fromBrowser('POST', '/refresh', cookieOf(made))

    for (const answer of [made, refreshed]) {
      expect(answer.headers.getSetCookie()[0]).not.toMatch(/max-age|expires/i)
    }
  })

  it.each([
    ['/refresh', 400, 'invalid_request'],
    ['/logout', 400, 'invalid_request'],
  ] as const)('is refused at %s with two cookies of the name', async (path, status, code) => {
    const { cookie } = await server.signUpInBrowser()

    const answer = await server.fromBrowser('POST', path, `${COOKIE}=planted; ${cookie}`)

    await expectProblem(answer, status, code)
    expect((await server.fromBrowser('POST', '/refresh', cookie)).status).toBe(200)
  })

  it('is refused at /sessions with two cookies of the name', async () => {
    const { cookie } = await server.signUpInBrowser()

    const answer = await server.fromBrowser('GET', '/sessions', `${cookie}; ${COOKIE}=planted`)

    await expectProblem(answer, 400, 'invalid_request')
  })

  it('is not disturbed by cookies of other names', async () => {
    const { cookie } = await server.signUpInBrowser()
    const others = `x${COOKIE}=1; ${COOKIE}x=2; cs_refresh=3; theme=dark`

    const answer = await server.fromBrowser('POST', '/refresh', `${others}; ${cookie}`)

    expect(answer.status).toBe(200)
  })

  it('is not let in by a token in the body', async () => {
    const { refreshToken } = await server.signUp()

    await expectProblem(await server.refresh(refreshToken, BROWSER), 401, 'missing_token')
  })
})

describe('a server at http://localhost', () => {
  const local = async () => {
    const url = 'http://localhost:4400'
    return callsTo(await createServer(serverOptions(server.database, { url })))
  }

  it('sends Safari, which refuses Secure there, a cookie without it and without the prefix', async () => {
    const calls = await local()
    const headers = { 'User-Agent': SAFARI }

    const { cookie } = await calls.signUpInBrowser(headers)
    const answer = await calls.fromBrowser('POST', '/refresh', cookie, headers)

    expect(cookie).toMatch(/^cs_refresh=csr_/)
    expect(answer.headers.getSetCookie()[0]).not.toMatch(/secure/i)
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Strict/)
  })

  it('sends every other browser the secure cookie', async () => {
    const { cookie } = await (await local()).signUpInBrowser({ 'User-Agent': CHROME })

    expect(cookie).toMatch(/^__Host-cs_refresh=/)
  })

  it('is the only place where Safari gets another cookie', async () => {
    const { cookie } = await server.signUpInBrowser({ 'User-Agent': SAFARI })

    expect(cookie).toMatch(/^__Host-cs_refresh=/)
  })
})
