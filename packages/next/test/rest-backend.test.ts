import { problem } from '@countersign/core'
import { afterEach, describe, expect, it } from 'vitest'
import { type BackendSource, createCountersign, type RestBackendOptions } from '../src/index.js'
import { restBackend } from '../src/rest-backend.js'
import { COOKIE, codeOf, cookieBehind } from './browser.js'
import { closeForeign, setUpForeign } from './foreign-app.js'

afterEach(closeForeign)

async function signedIn(options: Parameters<typeof setUpForeign>[0] = {}) {
  const setup = await setUpForeign(options)
  const response = await setup.browser.login()
  expect(response.status).toBe(200)
  return setup
}

describe('sign-in at a foreign backend', () => {
  it('makes a session of its answer, whose refresh token no browser sees', async () => {
    const { browser } = await setUpForeign()

    const response = await browser.login()

    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({
      expiresIn: 900,
      user: { id: '15', email: 'ada@example.com', name: 'Ada', role: 'user' },
      ...{ iat: 1_800_000_000, exp: 1_800_000_900 },
    })
    expect(text).not.toContain('refresh')
    expect(browser.cookie).toMatch(/^v1\./)
  })

  it('turns a refusal into ours and lets none of its words out', async () => {
    const { browser } = await setUpForeign()

    const response = await browser.post('login', { email: 'ada@example.com', password: 'no' })

    const text = await response.text()
    expect(response.status).toBe(401)
    expect(JSON.parse(text).code).toBe('invalid_credentials')
    expect(text).not.toContain('Nope')
  })

  it('signs up, and says when the address is taken', async () => {
    const { browser } = await setUpForeign()
    const account = { email: 'ada@example.com', password: 'a long one', name: 'Ada' }

    const first = await browser.post('signup', account)
    const second = await browser.post('signup', account)

    expect(first.status).toBe(201)
    expect(await codeOf(second)).toBe('email_taken')
  })

  it('takes the user from /me where the answer names none', async () => {
    const { browser, backend } = await setUpForeign()
    backend.behaviour.reshape = ({ user, ...tokens }) => (user ? tokens : { ...tokens })
    backend.behaviour.reshape = (body) => ('user' in body ? { ...body, user: undefined } : body)

    const response = await browser.login()

    expect(await response.json()).toMatchObject({ user: { id: '15' } })
  })

  it('is refused where nobody names the user', async () => {
    const { browser, backend, warnings } = await setUpForeign({ rest: { paths: { me: false } } })
    backend.behaviour.reshape = ({ user, ...tokens }) => tokens

    const response = await browser.login()

    expect(response.status).toBe(503)
    expect(browser.cookie).toBeUndefined()
    expect(warnings.join()).toContain('names no user')
  })
})

describe('an answer of a foreign backend', () => {
  const { access, refresh } = { access: 'A-token', refresh: 'R-token' }
  const user = { id: 'u1', email: 'ada@example.com' }
  it.each<[string, object, number]>([
    ['flat', { access_token: access, refresh_token: refresh, expires_in: 600, user }, 600],
    ['in camel case', { accessToken: access, refreshToken: refresh, expiresIn: 300, user }, 300],
    [
      'nested in data',
      { data: { accessToken: access, refreshToken: refresh, expiresIn: '120', user } },
      120,
    ],
    ['nested twice', { data: { user, tokens: { access_token: access, expires_in: 60 } } }, 60],
    ['with the user beside', { ...user, token: access, expires_in: 60 }, 60],
  ])('is understood %s', async (_kind, body, expiresIn) => {
    const { browser, backend } = await setUpForeign()
    backend.behaviour.reshape = () => body

    const response = await browser.login()

    expect(await response.json()).toMatchObject({ accessToken: access, expiresIn, user })
  })

  const exp = (at: number) =>
    `e30.${Buffer.from(JSON.stringify({ exp: at })).toString('base64url')}.c2ln`
  it.each<[string, object, number]>([
    ['what it says', { access_token: exp(1_800_000_900), expires_in: 60 }, 60],
    ['the token itself', { access_token: exp(1_800_000_050), expires_in: 600 }, 50],
    ['the token alone', { access_token: exp(1_800_000_050) }, 50],
    ['the token where the answer is nonsense', { token: exp(1_800_000_050), expires_in: -1 }, 50],
  ])('ends with the shorter of both: %s', async (_kind, body, expiresIn) => {
    const { browser, backend } = await setUpForeign()
    backend.behaviour.reshape = () => ({ ...body, user })

    const response = await browser.login()

    expect(await response.json()).toMatchObject({ expiresIn })
  })

  it.each<[string, unknown]>([
    ['an error body', { error: 'locked', access_token: access, expires_in: 60, user }],
    ['success: false', { success: false, access_token: access, expires_in: 60, user }],
    ['no token', { user }],
    ['a token that cannot stand in a header', { token: 'a\r\nb', expires_in: 60, user }],
    ['a token of another type', { access_token: { a: 1 }, expires_in: 60, user }],
    ['a token without an end', { access_token: access, user }],
    ['an end in milliseconds', { access_token: exp(1_800_000_900_000), user }],
    ['a token that has run out', { access_token: access, expires_in: 0, user }],
    ['a user without an address', { access_token: access, expires_in: 60, user: { id: 'u1' } }],
    ['tokens too large for a cookie', { token: 'a'.repeat(5000), expires_in: 60, user }],
    ['a list', [{ access_token: access, expires_in: 60, user }]],
    ['null', null],
  ])('of 200 with %s is no session', async (_kind, body) => {
    const { browser, backend } = await setUpForeign()
    backend.behaviour.reshape = () => body
    backend.behaviour.intercept = ({ path }, response) => {
      if (path === '/me') response.writeHead(404).end()
      return path === '/me'
    }

    const response = await browser.login()

    expect(response.status).toBe(503)
    expect(browser.cookie).toBeUndefined()
  })
})

describe('the refresh of a foreign backend', () => {
  it('reaches the page and the browser', async () => {
    const { browser, backend, clock } = await signedIn()
    const before = browser.cookie
    clock.seconds += 880

    const response = await browser.visit()

    expect(browser.cookie).not.toBe(before)
    expect(cookieBehind(response)).toContain(String(browser.cookie))
    expect(backend.calls.at(-1)?.body).toHaveProperty('refresh_token')
  })

  it('keeps the user and the session where the answer names neither', async () => {
    const { browser, clock } = await signedIn()
    const before = (await (await browser.post('token')).json()) as { sid: string }
    clock.seconds += 880

    const after = await (await browser.post('token')).json()

    expect(after).toMatchObject({ user: { id: '15' }, sid: before.sid })
  })

  it('ends the session on a definite refusal', async () => {
    const { browser, backend, clock } = await signedIn()
    for (const family of backend.families) family.ended = true
    clock.seconds += 880

    const response = await browser.post('token')

    expect(await codeOf(response)).toBe('refresh_invalid')
    expect(browser.cookie).toBeUndefined()
  })

  it('refuses a session that is another user’s', async () => {
    const { browser, backend, clock, warnings } = await signedIn()
    backend.behaviour.reshape = (body) => ({
      ...body,
      user: { id: 'u2', email: 'eve@example.com' },
    })
    clock.seconds += 899.5

    const response = await browser.post('token')

    expect(response.status).toBe(503)
    expect(warnings.join()).toContain('another user')
  })

  it('keeps a refresh token that is not rotated', async () => {
    const { browser, backend, clock } = await setUpForeign()
    backend.behaviour.rotation = 'fixed'
    await browser.login()
    for (const _ of [1, 2]) {
      clock.seconds += 880
      expect((await browser.post('token')).status).toBe(200)
    }

    expect(backend.count('/refresh')).toBe(2)
  })
})

describe('me and sign-out of a foreign backend', () => {
  it('shows the user in our form', async () => {
    const { browser } = await signedIn()

    const body = await (await browser.call('me')).json()

    expect(body).toMatchObject({ user: { id: '15', name: 'Ada' }, session: { id: /./ } })
    expect(JSON.stringify(body)).not.toContain('full_name')
  })

  it('ends the session there', async () => {
    const { browser, backend } = await signedIn()

    await browser.post('logout')

    expect(backend.families[0]?.ended).toBe(true)
    expect(browser.cookie).toBeUndefined()
  })

  it('lets the cookie go when the backend does not answer', async () => {
    const patient = await signedIn()
    const { browser, backend } = await setUpForeign({
      ...{ beside: patient, app: { timeoutSeconds: 0.2 } },
    })
    browser.jar.set(COOKIE, String(patient.browser.cookie))
    backend.behaviour.intercept = () => true

    const response = await browser.post('logout')

    expect(response.status).toBe(204)
    expect(browser.cookie).toBeUndefined()
  })

  it.each(['sessions', 'providers', 'accounts'])('has no %s, and says so', async (path) => {
    const { browser } = await signedIn()

    const response = await browser.call(path)

    expect([response.status, await codeOf(response)]).toEqual([404, 'not_supported'])
  })
})

describe('the options of restBackend', () => {
  it.each<[string, object]>([
    ['an unknown one', { url: 'http://a.test', path: {} }],
    ['an unknown path', { url: 'http://a.test', paths: { signin: '/a' } }],
    ['a path that is a URL', { url: 'http://a.test', paths: { login: '//evil.test' } }],
    ['a mapper that is none', { url: 'http://a.test', map: { tokens: 'access' } }],
    ['a time that is none', { url: 'http://a.test', lateSeconds: 0 }],
  ])('are refused at once: %s', (_kind, options) => {
    expect(() => restBackend(options as RestBackendOptions)).toThrow(TypeError)
  })

  it('may miss the URL until the first request, as in a build', async () => {
    const { browser } = await setUpForeign({ rest: { url: undefined } })

    await expect(browser.login()).rejects.toThrow('restBackend: url is not set')
  })

  it('are refused beside those of our auth server', () => {
    const backend = restBackend({ url: 'http://a.test' })

    expect(() => createCountersign({ backend, audience: 'api' })).toThrow('"audience"')
  })
})

describe('a backend that is no REST API', () => {
  it('is any function that makes one; what it leaves out is not there', async () => {
    const refused = { status: 401, body: problem('invalid_credentials') } as const
    const outcome = {
      kind: 'refused',
      reply: { ...refused, retryAfterSeconds: undefined },
    } as const
    const backend: BackendSource = () => ({
      signIn: async () => outcome,
      signUp: async () => ({ kind: 'pending' }),
      refresh: async () => ({ kind: 'unavailable', retryAfterSeconds: undefined }),
      signOut: async () => {},
      me: async () => outcome.reply,
    })
    const { browser } = await setUpForeign({ app: { backend } })

    const [login, signUp] = [await browser.login(), await browser.post('signup', {})]

    expect([await codeOf(login), signUp.status]).toEqual(['invalid_credentials', 202])
    expect(browser.cookie).toBeUndefined()
  })
})
