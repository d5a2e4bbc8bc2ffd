import { describe, expect, it } from 'vitest'
import { codeOf, ORIGIN, setUp } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'

const body = { email: 'ada@example.com', password: PASSWORD }

describe('handlers', () => {
  it.each([{ origin: ORIGIN }, { origin: 'none', 'sec-fetch-site': 'same-origin' }])(
    'accept a request with %o',
    async (headers) => {
      const { browser } = await setUp()

      expect((await browser.post('login', body, headers as never)).status).toBe(200)
    },
  )

  it.each([
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { origin: 'none' },
    { origin: 'https://app.test.evil.test' },
    { origin: 'https://APP.test' },
    { origin: 'http://app.test' },
    { origin: 'https://app.test:8443' },
    { origin: 'https://sub.app.test', 'sec-fetch-site': 'same-site' },
    { origin: 'none', 'sec-fetch-site': 'same-site' },
    { origin: 'none', 'sec-fetch-site': 'cross-site' },
    { origin: 'none', 'sec-fetch-site': 'none' },
    { origin: 'https://evil.test', 'sec-fetch-site': 'same-origin' },
  ])('refuse a request with %o, login and logout alike', async (headers) => {
    const { browser, auth } = await setUp()

    for (const path of ['login', 'signup', 'register', 'refresh', 'logout', 'token']) {
      const response = await browser.post(path, body, headers as never)
      expect([response.status, await codeOf(response)]).toEqual([403, 'csrf_rejected'])
    }
    for (const path of ['sessions', 'sessions/1']) {
      const response = await browser.call(path, { method: 'DELETE', headers: headers as never })
      expect([response.status, await codeOf(response)]).toEqual([403, 'csrf_rejected'])
    }
    expect(auth.calls).toEqual([])
  })

  it('accept an empty body with the header only', async () => {
    const { browser } = await setUp()

    expect((await browser.post('logout', undefined, { 'x-countersign': '1' })).status).toBe(204)
    expect((await browser.post('logout', undefined, { 'x-countersign': '' })).status).toBe(403)
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
  ])('refuse a body of type %s', async (type) => {
    const { browser } = await setUp()

    const response = await browser.post('login', JSON.stringify(body), { 'content-type': type })

    expect([response.status, await codeOf(response)]).toEqual([415, 'unsupported_media_type'])
  })

  it.each(['{', '[]', 'null', '"text"', '1', '{"a":1}x', '\u0000'])(
    'refuse the malformed body %s',
    async (text) => {
      const { browser } = await setUp()

      const response = await browser.post('login', text)

      expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_request'])
    },
  )

  it('refuse a body over 64 KB, and read one of 64 KB', async () => {
    const { browser } = await setUp()
    const padded = (size: number) => JSON.stringify(body).padEnd(size, ' ')

    expect((await browser.post('login', padded(65_536))).status).toBe(200)
    const response = await browser.post('login', padded(65_537))
    expect([response.status, await codeOf(response)]).toEqual([413, 'payload_too_large'])
  })

  it.each([
    '',
    'nothing',
    'login/more',
    'sessions/1/2',
    'sessions/a%2Fb',
    '__proto__',
    'constructor',
  ])('answer 404 for the route "%s"', async (path) => {
    const { browser } = await setUp()

    const response = await browser.post(path)

    expect([response.status, await codeOf(response)]).toEqual([404, 'not_found'])
  })

  it('answer 405 for another method, naming the right ones', async () => {
    const { browser } = await setUp()

    const response = await browser.call('login')

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('answer below another base path, and below the path of the application', async () => {
    const { app, browser } = await setUp({ basePath: '/api/countersign' })
    const sent = { method: 'POST', body }

    for (const path of ['/api/countersign/login', '/app/api/countersign/login']) {
      expect((await app.handlers.POST(browser.request(path, sent))).status).toBe(200)
    }
    expect((await app.handlers.POST(browser.request('/api/auth/login', sent))).status).toBe(404)
  })

  it('never let a cache keep an answer', async () => {
    const { browser } = await setUp()

    for (const path of ['token', 'login', 'nothing', 'logout', 'refresh']) {
      const response = await browser.post(path)
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    }
  })
})

describe('POST logout', () => {
  it('ends the session at the server and deletes the cookie', async () => {
    const { browser, auth } = await setUp()
    await browser.login()

    const response = await browser.post('logout')

    expect([response.status, browser.cookie]).toEqual([204, undefined])
    expect([...auth.rows.values()][0]?.endedFor).toBe('signed_out')
  })

  it('deletes the cookie even if the server is down', async () => {
    const { browser, auth } = await setUp()
    await browser.login()
    auth.behaviour.intercept = () => Promise.reject(new TypeError('down'))

    const response = await browser.post('logout')

    expect([response.status, browser.cookie]).toEqual([204, undefined])
  })

  it('deletes what it cannot open', async () => {
    const { browser, auth } = await setUp()
    browser.jar.set('__Host-countersign', 'garbage')

    await browser.post('logout')

    expect([browser.cookie, auth.calls.length]).toEqual([undefined, 0])
  })
})

describe('account routes', () => {
  it('ask the server as the user, with the token each of them needs', async () => {
    const { browser, auth } = await setUp()
    await browser.login()

    expect((await browser.call('me')).status).toBe(200)
    expect(auth.calls.at(-1)?.headers.get('authorization')).toMatch(/^Bearer ey/)
    expect((await browser.call('sessions')).status).toBe(200)
    expect(auth.calls.at(-1)?.headers.get('authorization')).toMatch(/^Bearer csr_/)
    expect((await browser.call('sessions', { method: 'DELETE' })).status).toBe(204)
    expect(auth.calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/sessions' })
  })

  it.each(['me', 'sessions'])('answer 401 to a visitor who asks for %s', async (path) => {
    const { browser, auth } = await setUp()

    const response = await browser.call(path)

    expect([response.status, await codeOf(response)]).toEqual([401, 'missing_token'])
    expect(auth.calls).toEqual([])
  })

  it('refresh first when that is due, and set the cookie', async () => {
    const { browser, auth, clock } = await setUp()
    await browser.login()
    clock.seconds += 900

    const response = await browser.call('me')

    expect(auth.calls.map(({ path }) => path)).toEqual(['/login', '/refresh', '/me'])
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it('keep the cookie of a session that has ended; the token route will ask again', async () => {
    const { browser, auth, clock } = await setUp()
    await browser.login()
    for (const id of auth.rows.keys()) auth.end(id, 'revoked')
    clock.seconds += 900

    const response = await browser.call('me')

    expect([response.status, await codeOf(response)]).toEqual([401, 'session_ended'])
    expect(browser.cookie).toBeDefined()
  })

  it('end another device and keep the cookie, or this one and delete it', async () => {
    const { browser, auth } = await setUp()
    await browser.login()
    const [own] = auth.rows.keys()

    await browser.call('sessions/another', { method: 'DELETE' })
    expect(auth.calls.at(-1)?.path).toBe('/sessions/another')
    expect(browser.cookie).toBeDefined()

    await browser.call(`sessions/${own}`, { method: 'DELETE' })
    expect(browser.cookie).toBeUndefined()
  })

  it('answer 503 when the server is down', async () => {
    const { browser, auth } = await setUp()
    await browser.login()
    auth.behaviour.intercept = () => Promise.reject(new TypeError('down'))

    expect((await browser.call('me')).status).toBe(503)
  })
})
