import { afterEach, describe, expect, it } from 'vitest'
import type { RestBackendOptions } from '../src/index.js'
import { insideOf } from '../src/inside.js'
import { restBackend } from '../src/rest-backend.js'
import { readSession } from '../src/sealed-session.js'
import { COOKIE, codeOf } from './browser.js'
import { closeForeign, setUpForeign } from './foreign-app.js'

afterEach(closeForeign)

const identity = {
  ...{ provider: 'google', accountId: 'g-1', email: 'ada@example.com', emailVerified: true },
}
const nobody = { ip: undefined, userAgent: undefined }

/** A backend in a style of its own. */
async function stylish() {
  const setup = await setUpForeign({
    rest: {
      paths: { login: '/auth/login', refresh: '/auth/token', signup: false },
      headers: ({ userAgent }) => ({ 'X-Api-Key': 'k', 'X-Agent': userAgent ?? 'none' }),
      map: {
        login: ({ email, password }) =>
          new URLSearchParams({ username: String(email), password: String(password) }),
        refresh: ({ refreshToken }) => ({ token: refreshToken }),
        tokens: (body) => ({
          ...{ accessToken: body.jwt, refreshToken: body.renew, expiresIn: 600, user: body.who },
        }),
        user: ({ uid, mail, groups }) => ({
          ...{ id: uid, email: mail, role: (groups as string[])[0], name: 'Ada' },
        }),
        errors: { LOCKED_OUT: 'account_locked' },
      },
    },
  })
  const who = { uid: 7, mail: 'ada@example.com', groups: ['editor', 'user'] }
  setup.backend.behaviour.intercept = ({ path, text }, response) => {
    if (text.includes('mallory')) {
      response.writeHead(418).end('{"errorCode": "LOCKED_OUT", "hint": "SECRET"}')
    } else if (path.startsWith('/auth/')) {
      response.end(JSON.stringify({ jwt: `a${path}`, renew: `r${path}`, who }))
    } else return false
    return true
  }
  return setup
}

describe('map', () => {
  it('shapes requests and reads answers of a backend in its own style', async () => {
    const { browser, backend, clock } = await stylish()

    const login = await browser.login()
    clock.seconds += 599
    const renewed = await browser.post('token')

    expect(await login.json()).toMatchObject({ user: { id: '7', role: 'editor', name: 'Ada' } })
    expect(await renewed.json()).toMatchObject({ accessToken: 'a/auth/token' })
    expect(backend.calls[0]?.text).toBe('username=ada%40example.com&password=correct+horse+battery')
    expect(backend.calls[0]?.headers).toMatchObject({
      ...{ 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', 'x-api-key': 'k' },
      'x-agent': 'Test/1.0',
    })
    expect(backend.calls[1]?.body).toEqual({ token: 'r/auth/login' })
  })

  it('translates errors', async () => {
    const { browser } = await stylish()

    const response = await browser.login('mallory@example.com')

    const text = await response.text()
    expect([response.status, JSON.parse(text).code]).toEqual([403, 'account_locked'])
    expect(text).not.toContain('SECRET')
  })

  it('leaves out what the backend does not have', async () => {
    const { browser, warnings } = await stylish()

    const response = await browser.post('signup', { email: 'a@b.test', password: 'long enough' })

    expect([response.status, await codeOf(response)]).toEqual([404, 'not_supported'])
    expect(warnings.join()).toContain('the backend offers no sign-up, no sign-in with providers')
  })

  it.each<[string, number, unknown, number, string]>([
    ['one of our codes', 400, { code: 'weak_password' }, 400, 'weak_password'],
    ['a code that is not theirs to say', 400, { code: 'csrf_rejected' }, 400, 'invalid_request'],
    ['a taken address', 409, { message: 'ada exists' }, 409, 'email_taken'],
    ['a form that is wrong', 422, { detail: [{ loc: ['email'] }] }, 400, 'invalid_request'],
    ['too many', 429, {}, 429, 'rate_limited'],
    ['anything else', 402, { error: 'pay' }, 503, 'service_unavailable'],
  ])('has defaults for a sign-up: %s', async (_kind, status, body, ours, code) => {
    const { browser, backend } = await setUpForeign()
    backend.behaviour.intercept = (_call, response) => {
      response.writeHead(status, { 'Retry-After': '7' }).end(JSON.stringify(body))
      return true
    }

    const response = await browser.post('signup', { email: 'ada@b.test', password: 'x' })

    expect([response.status, await codeOf(response)]).toEqual([ours, code])
    expect(response.headers.get('retry-after')).toBe('7')
  })
})

describe('a refresh token in a cookie of the backend', () => {
  async function withCookie(line: (value: string) => string) {
    const setup = await setUpForeign({ rest: { refreshCookie: 'rt' } })
    let turn = 0
    const user = { id: 1, email: 'ada@example.com' }
    setup.backend.behaviour.intercept = ({ path }, response) => {
      turn += 1
      const hasCookie = path === '/login' || path === '/refresh'
      if (hasCookie) response.setHeader('Set-Cookie', ['other=1; Path=/', line(`r${turn}`)])
      response.end(JSON.stringify({ access_token: `a${turn}`, expires_in: 600, user }))
      return true
    }
    await setup.browser.login()
    return setup
  }

  it('is kept sealed, and goes back as a cookie and nowhere else', async () => {
    const { browser, backend, clock } = await withCookie((value) => `rt=${value}; HttpOnly`)
    for (const _ of [1, 2]) {
      clock.seconds += 599.5
      expect((await browser.post('token')).status).toBe(200)
    }
    await browser.post('logout')

    const sent = backend.calls.map(({ headers, text }) => [headers.cookie, text])
    expect(sent.slice(1)).toEqual([
      ['rt=r1', '{}'],
      ['rt=r2', '{}'],
      ['rt=r3', '{}'],
    ])
  })

  it('lives as long as its cookie', async () => {
    const { app, browser } = await withCookie((value) => `rt=${value}; Path=/; max-age=3600`)

    const { settings } = insideOf(app).context()
    const session = readSession(`${COOKIE}=${browser.cookie}`, settings)

    expect(session?.sessionExpiresAt).toBe(1_800_003_600)
  })

  it.each(['rt=; Max-Age=0', 'rt=gone; Max-Age=0', 'art=1; Path=/'])(
    'is none in %s',
    async (line) => {
      const { app, browser } = await withCookie(() => line)

      const { settings } = insideOf(app).context()

      expect(readSession(`${COOKIE}=${browser.cookie}`, settings)?.refreshToken).toBe('')
    },
  )
})

describe('a sign-up without tokens', () => {
  async function withoutTokens(loginStatus: number) {
    const setup = await setUpForeign()
    setup.backend.behaviour.intercept = ({ path }, response) => {
      if (path === '/signup') response.writeHead(201).end('{"id": 1, "email": "ada@b.test"}')
      else if (loginStatus !== 200) response.writeHead(loginStatus).end('{}')
      else return false
      return true
    }
    const account = { email: 'ada@b.test', password: 'correct horse battery' }
    return { ...setup, response: await setup.browser.post('signup', account) }
  }

  it('is followed by a sign-in', async () => {
    const { response, browser } = await withoutTokens(200)

    expect(response.status).toBe(201)
    expect(browser.cookie).toBeDefined()
  })

  it('waits for the address where that is refused', async () => {
    const { response, browser } = await withoutTokens(403)

    expect(response.status).toBe(202)
    expect(browser.cookie).toBeUndefined()
  })

  it('is no success where nobody answers then', async () => {
    const { response } = await withoutTokens(500)

    expect(response.status).toBe(503)
  })
})

describe('devices of a foreign backend', () => {
  const paths = { sessions: '/devices', revoke: '/devices/{id}', revokeOthers: '/devices' }
  async function withDevices() {
    const setup = await setUpForeign({ rest: { paths } })
    setup.backend.behaviour.intercept = ({ method, path }, response) => {
      if (!path.startsWith('/devices')) return false
      const list = [{ session_id: 5, user_agent: 'X', token: 'SECRET' }, { user_agent: 'no id' }]
      if (method === 'GET') response.end(JSON.stringify(list))
      else response.writeHead(path.endsWith('/gone') ? 404 : 200).end('{"ok": "SECRET"}')
      return true
    }
    await setup.browser.login()
    return setup
  }

  it('are listed in our form', async () => {
    const { browser } = await withDevices()

    const body = await (await browser.call('sessions')).json()

    const none = { current: false, ip: null, createdAt: null, lastSeenAt: null }
    expect(body).toEqual({ sessions: [{ id: '5', userAgent: 'X', ...none }] })
  })

  it('are signed out, one or all others', async () => {
    const { browser, backend } = await withDevices()

    const one = await browser.call('sessions/5', { method: 'DELETE' })
    const others = await browser.call('sessions', { method: 'DELETE' })

    expect([one.status, others.status]).toEqual([204, 204])
    expect(backend.calls.slice(-2).map(({ path }) => path)).toEqual(['/devices/5', '/devices'])
    expect(backend.calls.at(-1)?.headers.authorization).toMatch(/^Bearer access-/)
  })

  it('are not, where the backend refuses', async () => {
    const { browser } = await withDevices()

    const response = await browser.call('sessions/gone', { method: 'DELETE' })

    expect(await response.text()).not.toContain('SECRET')
    expect(response.status).toBe(503)
  })
})

describe('exchange at a foreign backend', () => {
  const options = { paths: { exchange: '/social' }, headers: { 'X-Api-Key': 'k' } }
  async function exchangeOf(rest: Partial<RestBackendOptions>) {
    const setup = await setUpForeign({ rest })
    const { backend } = insideOf(setup.app).context()
    return { ...setup, exchange: backend.exchange }
  }

  it('is not there without a path', async () => {
    const { exchange } = await exchangeOf({})

    expect(exchange).toBeUndefined()
  })

  it('tells the backend who it is, and takes its session', async () => {
    const { exchange, backend } = await exchangeOf(options)
    backend.behaviour.intercept = (_call, response) => {
      const user = { id: 1, email: 'ada@example.com' }
      response.end(JSON.stringify({ access_token: 'a', expires_in: 60, user }))
      return true
    }

    const outcome = await exchange?.(identity, nobody)

    expect(outcome).toMatchObject({ kind: 'signed-in', session: { user: { id: '1' } } })
    expect(backend.calls[0]).toMatchObject({
      path: '/social',
      headers: { 'x-api-key': 'k' },
      body: { provider: 'google', provider_account_id: 'g-1', email_verified: true },
    })
  })

  it('hands a refusal on in our words', async () => {
    const { exchange } = await exchangeOf(options)

    const outcome = await exchange?.(identity, nobody)

    expect(outcome).toMatchObject({ kind: 'refused', reply: { body: { code: /./ } } })
  })

  it('needs headers that prove who calls', () => {
    const open = { url: 'http://a.test', paths: { exchange: '/social' } }

    expect(() => restBackend(open)).toThrow('headers')
  })
})
