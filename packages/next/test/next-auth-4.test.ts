import { decode } from 'next-auth-4/jwt'
import { describe, expect, it, vi } from 'vitest'
import { keepCookies } from '../src/auth-js-4.js'
import { COOKIE } from './browser.js'
import { NEXT_AUTH_COOKIE, NEXT_AUTH_SECRET, setUpNextAuth4 } from './next-auth-4-app.js'

vi.mock('next/headers.js', () => import('./next-headers.js'))

describe('keepCookies', () => {
  it('adds the cookie to the answer of a route handler, whose own cookies stay as they are', async () => {
    const own = 'next-auth.session-token=; Path=/; Max-Age=0'
    const setup = await setUpNextAuth4()
    const handler = keepCookies(async () => {
      await setup.signOut()
      return new Response(null, { status: 302, headers: { 'Set-Cookie': own } })
    })
    await setup.signIn()

    const response = await handler(new Request('https://app.test/api/auth/signout'), {})

    const [first, second] = response.headers.getSetCookie()
    expect([response.status, first]).toEqual([302, own])
    expect(second).toMatch(/^__Host-countersign=; Path=\/;.*Secure; Max-Age=0$/)
  })
})

describe('NextAuth 4 with Countersign', () => {
  it('signs in, has a session with the role, and signs out of both', async () => {
    const { signIn, session, signOut, inPage, browser, server } = await setUpNextAuth4()

    const page = await signIn('admin@example.com')
    const shown = await session()
    const rendered = await inPage()
    await signOut()

    expect(page.searchParams.get('error')).toBeNull()
    expect(shown.user).toMatchObject({ email: 'admin@example.com', name: 'Ada', role: 'admin' })
    expect(rendered?.user).toEqual(shown.user)
    expect([browser.jar.has(COOKIE), browser.jar.has(NEXT_AUTH_COOKIE)]).toEqual([false, false])
    expect([...server.rows.values()][0]?.endedFor).toBe('signed_out')
    expect(await session()).toEqual({})
  })

  it('puts no token into the cookie of NextAuth', async () => {
    const { signIn, browser } = await setUpNextAuth4()
    await signIn()

    const token = browser.jar.get(NEXT_AUTH_COOKIE) ?? ''
    const claims = await decode({ token, secret: NEXT_AUTH_SECRET })

    expect(JSON.stringify(claims)).not.toMatch(/csr_|eyJ/)
    expect(claims).toMatchObject({ sub: 'user-ada@example.com', csid: expect.any(String) })
  })

  it('is signed out without the cookie of Countersign, or with that of somebody else', async () => {
    const { signIn, session, inPage, browser } = await setUpNextAuth4()
    await signIn('ada@example.com')
    const ofAda = browser.jar.get(NEXT_AUTH_COOKIE) ?? ''
    await signIn('grace@example.com')

    browser.jar.set(NEXT_AUTH_COOKIE, ofAda)
    expect([await session(), await inPage()]).toEqual([{}, null])
    browser.jar.delete(COOKIE)
    expect([await session(), await inPage()]).toEqual([{}, null])
  })

  it('never refreshes, and keeps its cookie while a token cannot be verified', async () => {
    const { signIn, inPage, session, clock, browser, server } = await setUpNextAuth4()
    await signIn()
    clock.seconds += 900

    expect([await session(), await inPage()]).toEqual([{}, null])
    expect(server.count('/refresh')).toBe(0)
    await browser.visit('/page')
    expect((await inPage())?.user?.email).toBe('ada@example.com')
  })

  it.each([
    [401, { code: 'invalid_credentials' }, {}, 'invalid_credentials'],
    [429, { code: 'rate_limited' }, { 'Retry-After': '30' }, 'rate_limited.30'],
    [503, null, {}, 'service_unavailable'],
  ])('turns %s %j into a code', async (status, body, headers, code) => {
    const { signIn, server, browser } = await setUpNextAuth4()
    server.behaviour.intercept = ({ path }) =>
      path === '/login'
        ? new Response(body && JSON.stringify(body), { status, headers })
        : undefined

    expect((await signIn()).searchParams.get('error')).toBe(code)
    expect(browser.jar.has(COOKIE)).toBe(false)
  })

  it('runs callbacks of the application after ours', async () => {
    const { signIn, session } = await setUpNextAuth4({
      callbacks: {
        jwt: ({ token }) => ({ ...token, theme: `dark for ${token.email}` }),
        session: ({ session, token }) => ({ ...session, theme: token.theme }),
      },
    })
    await signIn()

    expect(await session()).toMatchObject({
      theme: 'dark for ada@example.com',
      user: { role: 'user' },
    })
  })

  it.each([
    ['jwt throws', { jwt: () => Promise.reject(new Error('a bug')) }],
    ['signIn says no', { signIn: () => false }],
  ])('leaves no session behind when %s', async (_, callbacks) => {
    const { signIn, browser, server } = await setUpNextAuth4({ callbacks })

    await signIn().catch(() => {})

    expect(browser.jar.has(COOKIE)).toBe(false)
    expect([...server.rows.values()].map(({ endedFor }) => endedFor)).toEqual(['signed_out'])
  })

  it('is refused without the token of NextAuth', async () => {
    const { signIn, server } = await setUpNextAuth4()

    await signIn('ada@example.com', { csrfToken: 'guessed' })

    expect(server.count('/login')).toBe(0)
  })
})
