import { describe, expect, it } from 'vitest'
import { codeOf, setUp } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'

const credentials = { email: 'ada@example.com', password: PASSWORD }

describe('POST login', () => {
  it('answers the access token and the user, and seals the rest into the cookie', async () => {
    const { browser } = await setUp()

    const response = await browser.post('login', credentials)

    const text = await response.text()
    expect(response.status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 900,
      user: { email: 'ada@example.com', role: 'user' },
    })
    expect(text).not.toMatch(/csr_|refresh/i)
    expect(browser.cookie).not.toContain('csr_')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('sets a cookie that outlives the browser, unless told not to', async () => {
    const { browser } = await setUp()

    const [kept] = (await browser.login()).headers.getSetCookie()
    const [short] = (await browser.login('a@b.test', { remember: false })).headers.getSetCookie()

    expect(kept).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=604800$/)
    expect(short).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
  })

  it('follows the public origin with name and Secure of the cookie', async () => {
    const { app, browser } = await setUp({ origin: 'http://127.0.0.1:3000' })
    const sent = { method: 'POST', body: credentials, headers: { origin: 'http://127.0.0.1:3000' } }

    const response = await app.handlers.POST(browser.request('/api/auth/login', sent))

    expect(response.headers.getSetCookie()[0]).toMatch(
      /^countersign=v1\.[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/,
    )
  })

  it('authenticates as the client and forwards the body and the user agent', async () => {
    const { browser, auth } = await setUp()

    await browser.post('login', credentials)

    expect(auth.calls[0]).toMatchObject({ method: 'POST', path: '/login', body: credentials })
    expect(auth.calls[0]?.headers.get('authorization')).toMatch(/^Basic /)
    expect(auth.calls[0]?.headers.get('countersign-user-agent')).toBe('Test/1.0')
    expect(auth.calls[0]?.headers.has('origin')).toBe(false)
    expect(auth.calls[0]?.headers.has('cookie')).toBe(false)
  })

  it('hands a refusal on and sets no cookie', async () => {
    const { browser } = await setUp()

    const response = await browser.post('login', { ...credentials, password: 'wrong' })

    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await codeOf(response)).toBe('invalid_credentials')
  })

  it('hands Retry-After on', async () => {
    const { browser, auth } = await setUp()
    auth.behaviour.intercept = () =>
      Response.json({ code: 'rate_limited' }, { status: 429, headers: { 'retry-after': '17' } })

    const response = await browser.login()

    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '17'])
  })

  it('ends the session that came with the request, once the new one is there', async () => {
    const { browser, auth } = await setUp()
    await browser.login('first@example.com')
    const [first] = auth.rows.values()

    await browser.post('login', { ...credentials, password: 'wrong' })
    expect(first?.endedFor).toBeUndefined()
    await browser.login('second@example.com')
    expect(first?.endedFor).toBe('signed_out')
  })

  it('succeeds even if the old session cannot be ended', async () => {
    const { browser, auth, warnings } = await setUp()
    await browser.login('first@example.com')
    auth.behaviour.intercept = ({ path }) =>
      path === '/logout' ? Promise.reject(new TypeError('down')) : undefined

    const response = await browser.login('second@example.com')

    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(warnings.join()).toContain('could not be ended')
  })

  interface SessionBody {
    readonly [member: string]: unknown
    readonly user: Record<string, unknown>
  }

  const session = async () => {
    const { browser, auth } = await setUp()
    const { fetch } = auth
    const response = await fetch('http://auth.test/api/auth/login', {
      method: 'POST',
      body: JSON.stringify(credentials),
    })
    const body = (await response.json()) as SessionBody
    return { browser, auth, body }
  }

  it.each([
    ['nothing', () => ({})],
    ['a user without a token', ({ user }) => ({ user })],
    ['no refresh token', ({ refreshToken: _, ...rest }) => rest],
    ['no user', ({ user: _, ...rest }) => rest],
    ['a user without a role', (body) => ({ ...body, user: { ...body.user, role: undefined } })],
    ['the user of another token', (body) => ({ ...body, user: { ...body.user, id: 'other' } })],
    ['an opaque access token', (body) => ({ ...body, accessToken: 'opaque' })],
    ['a lifetime that is no number', (body) => ({ ...body, expiresIn: '900' })],
    ['another token type', (body) => ({ ...body, tokenType: 'DPoP' })],
    ['a step before the session', () => ({ next: 'second_factor', challenge: 'c' })],
  ] as [string, (body: SessionBody) => unknown][])(
    'never takes a 200 with %s for a session',
    async (_name, change) => {
      const { browser, auth, body } = await session()
      auth.behaviour.intercept = () => Response.json(change(body))

      const response = await browser.login()

      expect(response.status).toBe(503)
      expect(response.headers.getSetCookie()).toEqual([])
      expect(await codeOf(response)).toBe('service_unavailable')
    },
  )

  it('takes the unchanged answer for one', async () => {
    const { browser, auth, body } = await session()
    auth.behaviour.intercept = () => Response.json(body)

    expect((await browser.login()).status).toBe(200)
  })

  it.each([
    ['does not answer', () => Promise.reject(new TypeError('fetch failed'))],
    ['refuses the client', () => Response.json({ code: 'invalid_client' }, { status: 401 })],
    ['fails', () => Response.json({ code: 'internal_error' }, { status: 500 })],
    ['answers HTML', () => new Response('<html>', { status: 200 })],
  ])('answers 503 when the server %s', async (_name, intercept) => {
    const { browser, auth } = await setUp()
    auth.behaviour.intercept = intercept

    const response = await browser.login()

    expect([response.status, await codeOf(response)]).toEqual([503, 'service_unavailable'])
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.has('www-authenticate')).toBe(false)
  })

  it('leaves an image out of the cookie that does not fit, and refuses what cannot fit', async () => {
    const { browser, auth, body } = await session()
    const large = (member: string) => ({
      ...body,
      user: { ...body.user, [member]: 'x'.repeat(4000) },
    })

    auth.behaviour.intercept = () => Response.json(large('image'))
    expect((await browser.login()).status).toBe(200)
    expect(browser.cookie?.length).toBeLessThan(4096)

    auth.behaviour.intercept = () => Response.json(large('name'))
    await expect(browser.login()).rejects.toMatchObject({ code: 'cookie_too_large' })
  })
})

describe('POST signup', () => {
  it.each(['signup', 'register'])('makes a session under the name %s', async (name) => {
    const { browser, auth } = await setUp()

    const response = await browser.post(name, credentials)

    expect(response.status).toBe(201)
    expect(auth.calls[0]?.path).toBe('/signup')
    expect(browser.cookie).toBeDefined()
  })

  it('makes none where the address is to be confirmed first', async () => {
    const { browser, auth } = await setUp()
    auth.behaviour.intercept = () => new Response('{}', { status: 202 })

    const response = await browser.post('signup', credentials)

    expect([response.status, response.headers.getSetCookie()]).toEqual([202, []])
  })
})
