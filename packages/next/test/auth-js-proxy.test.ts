import type { NextFetchEvent, NextRequest } from 'next/server.js'
import type { NextAuthRequest } from 'next-auth'
import { describe, expect, it, vi } from 'vitest'
import { AUTH_JS_COOKIE, setUpAuthJs } from './auth-js-app.js'
import { COOKIE, cookieBehind } from './browser.js'
import { current } from './next-headers.js'

vi.mock('next/headers.js', () => import('./next-headers.js'))

/** An application whose proxy is `auth((request) => app.proxy(request))`. */
async function withProxy() {
  const setup = await setUpAuthJs()
  await setup.signIn()
  const seen: (string | null | undefined)[] = []
  const around = setup.nextAuth.auth((request: NextAuthRequest) => {
    seen.push(request.auth?.user?.email)
    return setup.app.proxy(request as unknown as NextRequest)
  }) as unknown as (request: NextRequest, event: NextFetchEvent) => Promise<Response>
  const visit = async (path = '/page') => {
    const request = setup.browser.request(path)
    current.headers = request.headers
    const response = await around(request, {} as NextFetchEvent)
    setup.browser.keepCookies(response)
    return response
  }
  return { ...setup, visit, seen }
}

describe('auth() around the proxy', () => {
  it('keeps the renewed cookie for page, route handler and browser', async () => {
    const { visit, browser, clock, seen, server } = await withProxy()
    const before = browser.cookie
    clock.seconds += 900

    const response = await visit()

    expect(server.count('/refresh')).toBe(1)
    expect(browser.cookie).not.toBe(before)
    expect(cookieBehind(response)).toContain(`${COOKIE}=${browser.cookie}`)
    expect(response.headers.getSetCookie().join()).toContain(`${AUTH_JS_COOKIE}=`)
    expect(seen).toEqual(['ada@example.com'])
  })

  it('signs the page out with a session that has ended', async () => {
    const { visit, auth, browser, clock, server } = await withProxy()
    for (const id of server.rows.keys()) server.end(id, 'revoked')
    clock.seconds += 900

    const response = await visit()

    expect(cookieBehind(response)).not.toContain(COOKIE)
    browser.jar.delete(COOKIE)
    expect(await auth()).toBeNull()
  })

  it('renews for useSession, and leaves sign-in and sign-out alone', async () => {
    const { visit, clock, server } = await withProxy()
    clock.seconds += 900

    await visit('/api/auth/signout')
    await visit('/api/auth/callback/consultation-backend')
    expect(server.count('/refresh')).toBe(0)
    await visit('/api/auth/session')
    expect(server.count('/refresh')).toBe(1)
  })
})

describe('while the auth server is away and the token has run out', () => {
  async function outage() {
    const setup = await setUpAuthJs()
    await setup.signIn()
    setup.clock.seconds += 900
    setup.server.behaviour.intercept = () => new Response(null, { status: 503 })
    return setup
  }

  it('a page has nobody, useSession keeps the user, and no cookie goes', async () => {
    const { auth, session, browser } = await outage()

    expect(await auth()).toBeNull()
    expect((await session())?.user?.email).toBe('ada@example.com')
    expect([browser.jar.has(COOKIE), browser.jar.has(AUTH_JS_COOKIE)]).toEqual([true, true])
  })

  it('a route handler in auth() has nobody, and no cookie goes', async () => {
    const { nextAuth, browser } = await outage()
    const handler = nextAuth.auth((request: NextAuthRequest) =>
      Response.json({ email: request.auth?.user?.email ?? null }),
    ) as unknown as (request: NextRequest, context: object) => Promise<Response>
    const request = browser.request('/api/own', { headers: { 'x-countersign-path': '/api/own' } })
    current.headers = request.headers

    const response = await handler(request, {})

    browser.keepCookies(response)
    expect(await response.json()).toEqual({ email: null })
    expect([browser.jar.has(COOKIE), browser.jar.has(AUTH_JS_COOKIE)]).toEqual([true, true])
  })

  it('is over as soon as the server is back', async () => {
    const { auth, browser, server } = await outage()
    await auth()
    server.behaviour.intercept = undefined
    await browser.visit('/page')

    expect((await auth())?.user?.email).toBe('ada@example.com')
  })
})
