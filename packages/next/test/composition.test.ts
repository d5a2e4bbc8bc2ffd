import { NextRequest, NextResponse } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { COOKIE, cookieBehind, ORIGIN, setUp } from './browser.js'

/** An application whose visitor needs a refresh. */
async function due() {
  const setup = await setUp()
  await setup.browser.login()
  setup.clock.seconds += 900
  return setup
}

/** A proxy of another library: it looks up a language, and remembers it. */
function translate(request: NextRequest): NextResponse {
  const response = NextResponse.rewrite(new URL(`/en${request.nextUrl.pathname}`, request.url))
  response.cookies.set('locale', 'en')
  response.headers.set('x-locale', 'en')
  return response
}

describe('with another proxy', () => {
  it('as its step, whose rewrite, cookies and headers stay', async () => {
    const { app, browser } = await due()

    const response = await app.withProxy(translate)(browser.request('/tasks'))

    browser.keepCookies(response)
    expect(response.headers.get('x-middleware-rewrite')).toBe(`${ORIGIN}/en/tasks`)
    expect(response.headers.get('x-locale')).toBe('en')
    expect(browser.jar.get('locale')).toBe('en')
    expect(cookieBehind(response)).toContain(`${COOKIE}=${browser.cookie}`)
  })

  it('as its step after a check of the session', async () => {
    const { app, browser, auth, clock } = await due()
    const proxy = app.withProxy((request, _event, session) =>
      session ? translate(request) : NextResponse.redirect(new URL('/login', request.url)),
    )

    const known = await proxy(browser.request('/tasks'))
    for (const id of auth.rows.keys()) auth.end(id, 'revoked')
    clock.seconds += 11
    const unknown = await proxy(browser.request('/tasks'))

    expect(known.headers.get('x-locale')).toBe('en')
    expect(unknown.headers.get('location')).toBe(`${ORIGIN}/login`)
  })

  it('around it, which copies the answer and appends a cookie of its own, as Auth.js does', async () => {
    const { app, browser } = await due()

    const inner = await app.proxy(browser.request('/tasks'))
    const outer = new Response(inner.body, inner)
    outer.headers.append('set-cookie', 'authjs.session-token=rolled; Path=/; HttpOnly')

    browser.keepCookies(outer)
    expect(browser.jar.get('authjs.session-token')).toBe('rolled')
    expect(cookieBehind(outer)).toBe(`${COOKIE}=${browser.cookie}`)
  })

  it('around it, which hands over a request of its own', async () => {
    const { app, browser } = await due()
    const headers = new Headers(browser.request('/tasks').headers)
    headers.set('x-own', '1')

    const response = await app.proxy(new NextRequest(`${ORIGIN}/tasks`, { headers }))

    expect(response.headers.get('x-middleware-request-x-own')).toBe('1')
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it('that answers by itself, and whose answer gets the cookie', async () => {
    const { app, browser } = await due()

    const proxy = app.withProxy(() => Response.json({ down: true }, { status: 503 }))
    const response = await proxy(browser.request('/tasks'))

    expect([response.status, await response.json()]).toEqual([503, { down: true }])
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('that throws: the error is not ours to hide', async () => {
    const { app, browser } = await due()

    const proxy = app.withProxy(() => Promise.reject(new Error('a bug')))

    await expect(proxy(browser.request('/tasks'))).rejects.toThrow('a bug')
  })

  it('has the name that Next 15 asks for', async () => {
    const { app } = await setUp()

    expect(app.middleware).toBe(app.proxy)
  })
})
