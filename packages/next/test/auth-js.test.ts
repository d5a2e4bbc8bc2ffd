import type { Session } from 'next-auth'
import { decode } from 'next-auth/jwt'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { AUTH_JS_COOKIE, AUTH_JS_SECRET, keepWritten, setUpAuthJs } from './auth-js-app.js'
import { COOKIE } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'
import { current } from './next-headers.js'

vi.mock('next/headers.js', () => import('./next-headers.js'))

const ANY_TOKEN = /csr_|eyJ[\w-]+\.[\w-]+\.[\w-]+/

describe('Auth.js 5 with Countersign', () => {
  it('signs in, has a session with the role, and signs out of both', async () => {
    const { signIn, session, signOut, auth, browser, server } = await setUpAuthJs()

    const page = await signIn('admin@example.com')
    const shown = await session()
    const inPage = await auth()
    await signOut()

    expect(page.pathname).toBe('/')
    expect(shown?.user).toEqual({
      id: 'user-admin@example.com',
      email: 'admin@example.com',
      name: 'Ada',
      image: null,
      role: 'admin',
    })
    expect(inPage?.user).toEqual(shown?.user)
    expect([...browser.jar.keys()].filter((name) => /session|countersign/.test(name))).toEqual([])
    expect([...server.rows.values()][0]?.endedFor).toBe('signed_out')
    expect(await session()).toBeNull()
  })

  it('puts no token where Auth.js could show or keep it', async () => {
    const { signIn, session, browser } = await setUpAuthJs()
    await signIn()

    const token = browser.jar.get(AUTH_JS_COOKIE) ?? ''
    const claims = await decode({ token, secret: AUTH_JS_SECRET, salt: AUTH_JS_COOKIE })

    expect(Object.keys(claims ?? {}).sort()).toEqual(
      ['csid', 'email', 'exp', 'iat', 'jti', 'name', 'picture', 'sub'].sort(),
    )
    expect(JSON.stringify(claims)).not.toMatch(ANY_TOKEN)
    expect(JSON.stringify(await session())).not.toMatch(ANY_TOKEN)
  })

  it('never refreshes: not in a page, not for useSession', async () => {
    const { signIn, session, auth, server, clock } = await setUpAuthJs()
    await signIn()
    clock.seconds += 899

    await Promise.all([auth(), session(), auth()])

    expect(server.count('/refresh')).toBe(0)
  })

  it.each([
    ['on', 604_800],
    ['false', undefined],
  ])('remembers, or ends with the browser: remember=%s', async (remember, maxAge) => {
    const { call, csrfToken } = await setUpAuthJs()
    const fields = { email: 'ada@example.com', password: PASSWORD, remember }

    const response = await call('callback/consultation-backend', {
      ...fields,
      csrfToken: await csrfToken(),
    })

    const cookie = response.headers.getSetCookie().at(-1)
    const seconds = /Max-Age=(\d+)/.exec(cookie ?? '')?.[1]
    expect(seconds && Number(seconds)).toBe(maxAge)
    expect(cookie).toMatch(/^__Host-countersign=v1.*; Path=\/; HttpOnly; SameSite=Lax; Secure/)
  })

  it('ends the session that came with a new sign-in', async () => {
    const { signIn, session, server } = await setUpAuthJs()
    await signIn('ada@example.com')

    await signIn('grace@example.com')

    expect([...server.rows.values()].map(({ endedFor }) => endedFor)).toEqual([
      'signed_out',
      undefined,
    ])
    expect((await session())?.user?.email).toBe('grace@example.com')
  })

  it('shows the role in the type of the session', () => {
    expectTypeOf<NonNullable<Session['user']>['role']>().toEqualTypeOf<string | undefined>()
  })
})

describe('a cookie of Auth.js', () => {
  it('is worth nothing without the cookie of Countersign', async () => {
    const { signIn, session, auth, browser } = await setUpAuthJs()
    await signIn()
    browser.jar.delete(COOKIE)

    expect(await auth()).toBeNull()
    expect(await session()).toBeNull()
    expect(browser.jar.has(AUTH_JS_COOKIE)).toBe(false)
  })

  it('is worth nothing beside the session of somebody else', async () => {
    const { signIn, session, auth, browser } = await setUpAuthJs()
    await signIn('ada@example.com')
    const ofAda = browser.jar.get(AUTH_JS_COOKIE) ?? ''
    await signIn('grace@example.com')
    browser.jar.set(AUTH_JS_COOKIE, ofAda)

    expect(await auth()).toBeNull()
    expect(await session()).toBeNull()
    expect(browser.jar.has(COOKIE)).toBe(true)
  })

  it('that came back late, after a new sign-in of the same user, counts', async () => {
    const { signIn, session, auth, browser } = await setUpAuthJs()
    await signIn()
    const late = browser.jar.get(AUTH_JS_COOKIE) ?? ''
    await signIn()
    browser.jar.set(AUTH_JS_COOKIE, late)

    expect((await auth())?.user?.email).toBe('ada@example.com')
    expect((await session())?.user?.email).toBe('ada@example.com')
  })

  it('is worth nothing beside a cookie of Countersign whose session has run out', async () => {
    const { signIn, session, auth, clock } = await setUpAuthJs()
    await signIn()
    clock.seconds += 604_800

    expect(await auth()).toBeNull()
    expect(await session()).toBeNull()
  })
})

const SECOND_FACTOR = { next: 'second_factor', challenge: 'x', methods: ['totp'] }

describe('a refused sign-in', () => {
  it('says why, as a code in the address of the sign-in page', async () => {
    const { signIn, browser } = await setUpAuthJs()

    const page = await signIn('ada@example.com', { password: 'wrong' })

    expect(page.pathname).toBe('/sign-in')
    expect(page.searchParams.get('code')).toBe('invalid_credentials')
    expect(browser.jar.has(COOKIE)).toBe(false)
    expect(browser.jar.has(AUTH_JS_COOKIE)).toBe(false)
  })

  it.each([
    [429, { code: 'rate_limited' }, { 'Retry-After': '30' }, 'rate_limited.30'],
    [403, { code: 'account_locked' }, {}, 'account_locked'],
    [202, null, {}, 'email_not_verified'],
    [200, SECOND_FACTOR, {}, 'second_factor_required'],
    [200, { hello: 'world' }, {}, 'service_unavailable'],
    [401, { code: 'invalid_client' }, {}, 'service_unavailable'],
    [500, { code: 'internal_error' }, {}, 'service_unavailable'],
    [400, { code: '<script>' }, {}, 'service_unavailable'],
  ])('turns %s %j into a code', async (status, body, headers, code) => {
    const { signIn, server } = await setUpAuthJs()
    const text = body && JSON.stringify(body)
    server.behaviour.intercept = ({ path }) =>
      path === '/login' ? new Response(text, { status, headers }) : undefined

    expect((await signIn()).searchParams.get('code')).toBe(code)
  })

  it('loses nothing that was there: the backend is down', async () => {
    const { signIn, session, browser, server } = await setUpAuthJs()
    await signIn()
    const before = browser.cookie
    server.behaviour.intercept = () => {
      throw new TypeError('connection refused')
    }

    const page = await signIn()

    expect(page.searchParams.get('code')).toBe('service_unavailable')
    expect(browser.cookie).toBe(before)
    expect((await session())?.user?.email).toBe('ada@example.com')
  })

  it.each([
    ['without the token of Auth.js', false, {}],
    ['from another origin', true, { origin: 'https://evil.test' }],
  ])('is what a post %s gets', async (_, hasToken, headers) => {
    const { call, csrfToken, browser, server } = await setUpAuthJs()
    const token = await csrfToken()
    const fields = {
      email: 'ada@example.com',
      password: 'x',
      ...(hasToken ? { csrfToken: token } : {}),
    }

    await call('callback/consultation-backend', fields, headers)

    expect(server.count('/login')).toBe(0)
    expect(browser.jar.has(COOKIE)).toBe(false)
  })
})

describe('server actions', () => {
  it('sign in and out by the cookies of Next.js', async () => {
    const { nextAuth, browser } = await setUpAuthJs()
    current.headers = browser.request('/sign-in').headers
    current.written = []

    const fields = { email: 'ada@example.com', password: PASSWORD, redirect: false }
    await nextAuth.signIn('consultation-backend', fields)
    keepWritten(browser)
    const names = [...browser.jar.keys()]
    current.headers = browser.request('/page').headers
    await nextAuth.signOut({ redirect: false })
    keepWritten(browser)

    expect(names).toEqual(expect.arrayContaining([COOKIE, AUTH_JS_COOKIE]))
    expect([browser.jar.has(COOKIE), browser.jar.has(AUTH_JS_COOKIE)]).toEqual([false, false])
  })
})

describe('sign-out', () => {
  it('takes both cookies though the backend is down', async () => {
    const { signIn, signOut, browser, server } = await setUpAuthJs()
    await signIn()
    server.behaviour.intercept = () => new Response(null, { status: 503 })

    await signOut()

    expect([browser.jar.has(COOKIE), browser.jar.has(AUTH_JS_COOKIE)]).toEqual([false, false])
  })

  it('is refused without the token of Auth.js', async () => {
    const { signIn, call, session } = await setUpAuthJs()
    await signIn()

    await call('signout', { csrfToken: 'guessed' })

    expect(await session()).not.toBeNull()
  })
})
