import { NextResponse } from 'next/server.js'
import { describe, expect, it } from 'vitest'
import { COOKIE, cookieBehind, setUp } from './browser.js'

async function signedIn(options = {}) {
  const setup = await setUp(options)
  await setup.browser.login()
  return setup
}

describe('proxy', () => {
  it('leaves a fresh session alone and calls nobody', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 800
    const cookie = browser.cookie

    const response = await browser.visit()

    expect(auth.count('/refresh')).toBe(0)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(cookieBehind(response)).toBe(`${COOKIE}=${cookie}`)
  })

  it('refreshes when less than a minute remains, for this request and for the browser', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 841
    const before = browser.cookie

    const response = await browser.visit()

    expect(auth.count('/refresh')).toBe(1)
    expect(browser.cookie).not.toBe(before)
    expect(cookieBehind(response)).toBe(`${COOKIE}=${browser.cookie}`)
    expect(response.headers.get('x-middleware-set-cookie')).toContain(browser.cookie)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('refreshes a short-lived token in the last tenth of its life', async () => {
    const setup = await setUp()
    setup.auth.behaviour.accessSeconds = 20
    await setup.browser.login()

    setup.clock.seconds += 17
    await setup.browser.visit()
    expect(setup.auth.count('/refresh')).toBe(0)

    setup.clock.seconds += 1
    await setup.browser.visit()
    expect(setup.auth.count('/refresh')).toBe(1)
  })

  it('refreshes prefetches too', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 841

    await browser.visit('/tasks', { headers: { 'sec-purpose': 'prefetch' } })

    expect(auth.count('/refresh')).toBe(1)
  })

  it('calls the server once for parallel requests, and each of them gets the cookie', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900

    const responses = await Promise.all(Array.from({ length: 20 }, () => browser.visit()))

    expect(auth.count('/refresh')).toBe(1)
    for (const response of responses) expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it('calls the server no more for requests with the old cookie that come late', async () => {
    const { browser, auth, clock } = await signedIn()
    const late = browser.clone()
    clock.seconds += 900
    await browser.visit()
    clock.seconds += 9

    const response = await late.visit()

    expect(auth.count('/refresh')).toBe(1)
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it('answers a late request with the old cookie as nobody’s once its session was signed out', async () => {
    const { browser, clock } = await signedIn()
    const late = browser.clone()
    clock.seconds += 900
    await browser.visit()
    await browser.post('logout')
    clock.seconds += 9

    const response = await late.visit()

    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('x-middleware-request-cookie') ?? '').not.toContain('countersign=')
  })

  it('calls it again once they come too late', async () => {
    const { browser, auth, clock } = await signedIn()
    const late = browser.clone()
    clock.seconds += 900
    await browser.visit()
    clock.seconds += 10

    await late.visit()

    expect(auth.count('/refresh')).toBe(2)
  })

  it('does not share a refresh between sessions', async () => {
    const { browser, auth, clock } = await signedIn()
    const other = browser.clone()
    other.jar.clear()
    await other.login('grace@example.com')
    clock.seconds += 900

    await Promise.all([browser.visit(), other.visit()])

    expect(auth.count('/refresh')).toBe(2)
  })

  it('keeps the lifetime of a remembered cookie and of one that ends with the browser', async () => {
    const { browser, clock } = await signedIn()
    const short = browser.clone()
    short.jar.clear()
    await short.login('ada@example.com', { remember: false })
    clock.seconds += 900

    const [remembered] = (await browser.visit()).headers.getSetCookie()
    const [forgotten] = (await short.visit()).headers.getSetCookie()

    expect(remembered).toMatch(/; Max-Age=604800; Secure; HttpOnly; SameSite=lax$/)
    expect(forgotten).not.toMatch(/Max-Age|Expires/)
  })

  it.each([
    ['network failure', () => Promise.reject(new TypeError('fetch failed'))],
    ['408', () => new Response(null, { status: 408 })],
    ['429', () => Response.json({ code: 'rate_limited' }, { status: 429 })],
    ['500', () => new Response('oops', { status: 500 })],
    ['503', () => Response.json({ code: 'service_unavailable' }, { status: 503 })],
    ['wrong client', () => Response.json({ code: 'invalid_client' }, { status: 401 })],
    ['401 of something else', () => new Response('<html>', { status: 401 })],
    ['200 of something else', () => Response.json({ ok: true })],
    ['terminal code with another status', () => Response.json({ code: 'session_ended' })],
  ])('keeps the cookie and the still valid token after: %s', async (_name, intercept) => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 850
    const cookie = browser.cookie
    auth.behaviour.intercept = intercept

    const response = await browser.visit()

    expect(response.headers.getSetCookie()).toEqual([])
    expect(cookieBehind(response)).toBe(`${COOKIE}=${cookie}`)
  })

  it('treats an ended session as signed out, but leaves the browser its cookie', async () => {
    const { browser, auth, clock } = await signedIn()
    const [row] = auth.rows.keys()
    auth.end(String(row), 'revoked')
    clock.seconds += 850
    browser.jar.set('theme', 'dark')

    const response = await browser.visit()

    expect(cookieBehind(response)).toBe('theme=dark')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(browser.cookie).toBeDefined()
  })

  it('removes the whole cookie header downstream when nothing else is in it', async () => {
    const { browser, auth, clock } = await signedIn()
    for (const id of auth.rows.keys()) auth.end(id, 'revoked')
    clock.seconds += 850

    const response = await browser.visit()

    const names = response.headers.get('x-middleware-override-headers')?.split(',')
    expect(names).toContain('user-agent')
    expect(names).not.toContain('cookie')
  })

  it('does nothing for a visitor, or for a cookie it did not seal', async () => {
    const { browser, auth } = await setUp()

    for (const value of [undefined, 'garbage', `v1.AAAAAAAA.${'A'.repeat(5000)}`]) {
      if (value) browser.jar.set(COOKIE, value)
      expect((await browser.visit()).headers.getSetCookie()).toEqual([])
    }

    expect(auth.calls).toEqual([])
  })

  it('refuses two cookies of its name', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900
    const twice = `${COOKIE}=${browser.cookie}; ${COOKIE}=${browser.cookie}`

    await browser.visit('/tasks', { headers: { cookie: twice } })

    expect(auth.count('/refresh')).toBe(0)
  })

  it('strips private headers that came in, and names every other header', async () => {
    const { browser } = await setUp()

    const response = await browser.visit('/tasks?a=1', {
      headers: {
        'Countersign-User-IP': '10.0.0.1',
        'X-Countersign-Session': 'forged',
        'X-Countersign-Path': '//evil.test',
        'X-Middleware-Request-Cookie': 'forged',
        'X-Middleware-Override-Headers': 'cookie',
        'X-Middleware-Set-Cookie': `${COOKIE}=forged`,
        'X-Middleware-Subrequest': 'proxy:proxy:proxy:proxy:proxy',
        'X-Middleware-Rewrite': 'https://evil.test',
        'X-Middleware-Prefetch': '1',
        'X-Countersign': '1',
        'X-Other': 'kept',
      },
    })

    const names = response.headers.get('x-middleware-override-headers')?.split(',')
    const kept = ['user-agent', 'x-countersign', 'x-middleware-prefetch', 'x-other']
    expect(names?.toSorted()).toEqual([...kept, 'x-countersign-path'].toSorted())
    expect(response.headers.get('x-middleware-request-x-countersign-path')).toBe('/tasks?a=1')
    expect(response.headers.has('x-middleware-rewrite')).toBe(false)
  })

  it('refreshes and guards alike whatever x-middleware-subrequest says', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900

    const headers = {
      'x-middleware-subrequest': 'src/proxy:src/proxy:src/proxy:src/proxy:src/proxy',
    }
    await browser.visit('/tasks', { headers })

    expect(auth.count('/refresh')).toBe(1)
  })

  it('lets no cache keep what is answered to somebody signed in', async () => {
    const { app, browser } = await signedIn()
    const step = () => NextResponse.next({ headers: { 'cache-control': 'public, max-age=60' } })

    for (const proxy of [app.proxy, app.withProxy(step)]) {
      const response = await proxy(browser.request('/tasks'))
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    }
  })

  it('leaves the answers for visitors to the caches', async () => {
    const { browser } = await setUp()

    expect((await browser.visit()).headers.has('cache-control')).toBe(false)
  })

  it('leaves its own route handlers to themselves', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900

    const response = await browser.visit('/api/auth/logout', { method: 'POST' })

    expect(auth.count('/refresh')).toBe(0)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('refreshes on a path that only begins like its own', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900

    await browser.visit('/api/authors')

    expect(auth.count('/refresh')).toBe(1)
  })

  it('gives the server client, address and agent only by configured means', async () => {
    const { browser, auth, clock } = await signedIn({
      clientIp: (request: Request) => request.headers.get('x-platform-ip') ?? undefined,
    })
    clock.seconds += 900

    await browser.visit('/', { headers: { 'x-platform-ip': '203.0.113.7' } })

    const { headers } = auth.calls.at(-1) ?? {}
    expect(headers?.get('authorization')).toBe(`Basic ${btoa('todo-web:client+secret')}`)
    expect(headers?.get('countersign-user-ip')).toBe('203.0.113.7')
    expect(headers?.get('countersign-user-agent')).toBe('Test/1.0')
  })

  it.each(['50%', 'a+b', '%41', 'a:b c'])('sends the client secret %s unharmed', async (secret) => {
    const { browser, auth, clock } = await signedIn({ client: { id: 'todo-web', secret } })
    clock.seconds += 900

    await browser.visit()

    const [, encoded] = auth.calls.at(-1)?.headers.get('authorization')?.split(' ') ?? []
    const [id, sent = ''] = atob(String(encoded)).split(':')
    // The server decodes both as form fields (RFC 6749 section 2.3.1).
    expect([id, new URLSearchParams(`s=${sent}`).get('s')]).toEqual(['todo-web', secret])
  })

  it('states no address by default, whatever the browser claims', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900

    await browser.visit('/', { headers: { 'x-forwarded-for': '203.0.113.7' } })

    expect(auth.calls.at(-1)?.headers.has('countersign-user-ip')).toBe(false)
  })
})

describe('withProxy', () => {
  it('shows the step the refreshed request and the visitor', async () => {
    const { app, browser, clock } = await signedIn()
    clock.seconds += 900
    const before = browser.cookie
    let seen: unknown[] = []

    const proxy = app.withProxy((request, _event, session) => {
      seen = [request.cookies.get(COOKIE)?.value, session?.user.email]
    })
    browser.keepCookies(await proxy(browser.request('/tasks')))

    expect(seen).toEqual([browser.cookie, 'ada@example.com'])
    expect(browser.cookie).not.toBe(before)
  })

  it('shows no visitor where the session has ended or the token has run out', async () => {
    const { app, browser, auth, clock } = await signedIn()
    clock.seconds += 900
    const seen: unknown[] = []
    const proxy = app.withProxy((_request, _event, session) => {
      seen.push(session)
    })

    auth.behaviour.intercept = () => new Response(null, { status: 503 })
    await proxy(browser.request('/tasks'))
    auth.behaviour.intercept = undefined
    for (const id of auth.rows.keys()) auth.end(id, 'revoked')
    await proxy(browser.request('/tasks'))

    expect(seen).toEqual([null, null])
  })

  it.each([
    ['NextResponse.redirect', () => NextResponse.redirect('https://app.test/login')],
    ['Response.redirect', () => Response.redirect('https://app.test/login')],
  ])('keeps a %s and adds the refreshed cookie', async (_name, step) => {
    const { app, browser, clock } = await signedIn()
    clock.seconds += 900

    const response = await app.withProxy(step)(browser.request('/tasks'))

    expect(response.headers.get('location')).toBe('https://app.test/login')
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.headers.has('x-middleware-override-headers')).toBe(false)
  })

  it('completes a next() and a rewrite without request headers', async () => {
    const { app, browser, clock } = await signedIn()
    clock.seconds += 900

    const next = await app.withProxy(() => NextResponse.next({ headers: { 'x-own': '1' } }))(
      browser.request('/tasks'),
    )
    const rewrite = await app.withProxy(() => NextResponse.rewrite('https://app.test/b'))(
      browser.request('/tasks'),
    )

    expect(next.headers.get('x-own')).toBe('1')
    for (const response of [next, rewrite]) {
      expect(cookieBehind(response)).toContain(COOKIE)
      expect(response.headers.get('x-middleware-request-user-agent')).toBe('Test/1.0')
    }
  })

  it('keeps request headers that the step set, with the refreshed cookie', async () => {
    const { app, browser, clock } = await signedIn()
    clock.seconds += 900
    const proxy = app.withProxy(() => {
      const headers = new Headers({ 'x-own': '1', cookie: `${COOKIE}=stale` })
      return NextResponse.next({ request: { headers } })
    })

    const response = await proxy(browser.request('/tasks'))

    browser.keepCookies(response)
    expect(response.headers.get('x-middleware-request-x-own')).toBe('1')
    expect(cookieBehind(response)).toBe(`${COOKIE}=${browser.cookie}`)
  })
})
