import { describe, expect, it } from 'vitest'
import { codeOf, setUp } from './browser.js'
import type { FakeAuthServer } from './fake-auth-server.js'

const OPEN = [
  ['POST', 'password/forgot'],
  ['POST', 'password/reset'],
  ['POST', 'email/verify'],
  ['POST', 'email/resend'],
  ['POST', 'email/change/confirm'],
  ['GET', 'providers'],
] as const

const OF_A_SESSION = [
  ['POST', 'password/change'],
  ['POST', 'email/change'],
  ['GET', 'second-factor'],
  ['POST', 'second-factor/enroll'],
  ['POST', 'second-factor/activate'],
  ['POST', 'second-factor/disable'],
  ['POST', 'second-factor/recovery-codes'],
  ['GET', 'accounts'],
  ['DELETE', 'accounts/a1'],
  ['GET', 'admin/users'],
  ['GET', 'admin/users/u1'],
  ['PATCH', 'admin/users/u1'],
  ['DELETE', 'admin/users/u1/sessions'],
  ['DELETE', 'admin/users/u1/sessions/s1'],
  ['POST', 'admin/users/u1/reset-password'],
  ['DELETE', 'admin/users/u1/second-factor'],
  ['GET', 'admin/audit'],
] as const

const ALL = [...OPEN, ...OF_A_SESSION]
const changing = ALL.filter(([method]) => method !== 'GET')

const sent = (method: string) =>
  method === 'POST' || method === 'PATCH' ? { method, body: { a: 1 } } : { method }

/** What was asked of the server after the sign-in, but for its keys. */
const accountCalls = ({ calls }: FakeAuthServer) =>
  calls.filter(({ path }) => path !== '/login' && path !== '/jwks')

describe('forwarded account routes', () => {
  it.each(OPEN)('hand %s %s on as the web server, without a session', async (method, path) => {
    const { browser, auth } = await setUp()
    auth.behaviour.intercept = () => Response.json({ done: true })

    const response = await browser.call(path, sent(method))

    expect([response.status, await response.json()]).toEqual([200, { done: true }])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(auth.calls[0]).toMatchObject({ method, path: `/${path}` })
    expect(auth.calls[0]?.headers.get('authorization')).toMatch(/^Basic /)
    if (method === 'POST') expect(auth.calls[0]?.body).toEqual({ a: 1 })
  })

  it.each(OF_A_SESSION)('hand %s %s on with the session itself', async (method, path) => {
    const { browser, auth } = await setUp()
    await browser.login()
    auth.behaviour.intercept = () => new Response(null, { status: 204 })

    const response = await browser.call(path, sent(method))

    expect(response.status).toBe(204)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    const [call] = accountCalls(auth)
    expect(call).toMatchObject({ method, path: `/${path}` })
    expect(call?.headers.get('authorization')).toMatch(/^Bearer csr_/)
  })

  it.each(OF_A_SESSION)('refuse %s %s to a visitor, asking nobody', async (method, path) => {
    const { browser, auth } = await setUp()

    const response = await browser.call(path, sent(method))

    expect([response.status, await codeOf(response)]).toEqual([401, 'missing_token'])
    expect(auth.calls).toEqual([])
  })

  it.each(changing)('refuse %s %s from another origin', async (method, path) => {
    const { browser, auth } = await setUp()
    await browser.login()

    for (const origin of ['https://evil.test', 'null', 'none']) {
      const response = await browser.call(path, { ...sent(method), headers: { origin } })
      expect([response.status, await codeOf(response)]).toEqual([403, 'csrf_rejected'])
    }
    expect(accountCalls(auth)).toEqual([])
  })

  it.each([
    ['GET', 'password/forgot', 'POST'],
    ['DELETE', 'password/change', 'POST'],
    ['POST', 'admin/users', 'GET'],
    ['DELETE', 'admin/users/u1', 'GET, PATCH'],
    ['POST', 'admin/users/u1/second-factor', 'DELETE'],
    ['PATCH', 'login', 'POST'],
  ])('refuse %s %s, naming %s', async (method, path, allowed) => {
    const { browser } = await setUp()

    const response = await browser.call(path, sent(method))

    expect([response.status, response.headers.get('allow')]).toEqual([405, allowed])
  })

  it.each([
    'password',
    'password/forgot/x',
    'admin',
    'admin/clients',
    'admin/users/u1/sessions/x/y',
    'admin/users/..',
    'admin/users/%2e%2e',
    'admin/users/a%2Fb',
    'admin/users/.hidden',
    `admin/users/${'x'.repeat(129)}`,
    'accounts/a/b',
    'introspect',
    'jwks',
    'second-factor/more',
  ])('are no way to "%s"', async (path) => {
    const { browser, auth } = await setUp()
    await browser.login()

    for (const method of ['GET', 'POST', 'DELETE']) {
      const response = await browser.call(path, sent(method))
      expect([404, 405]).toContain(response.status)
    }
    expect(accountCalls(auth)).toEqual([])
  })

  it('hand the query of a GET on, and of nothing else', async () => {
    const { browser, auth } = await setUp()
    await browser.login()
    const urls: string[] = []
    auth.behaviour.intercept = ({ url, path }) => {
      if (path === '/jwks') return undefined
      urls.push(url)
      return Response.json({ users: [] })
    }

    await browser.call('admin/users?query=a%26b&sort=email')
    await browser.call('password/forgot?x=1', { method: 'POST', body: {} })
    const long = await browser.call(`admin/users?query=${'x'.repeat(2100)}`)

    expect(urls.map((url) => url.replace(/^.*auth\//, ''))).toEqual([
      'admin/users?query=a%26b&sort=email',
      'password/forgot',
    ])
    expect(await codeOf(long)).toBe('invalid_request')
  })

  it('hand 202 and refusals on, with Retry-After', async () => {
    const { browser, auth } = await setUp()
    auth.behaviour.intercept = () => new Response(null, { status: 202 })
    expect((await browser.post('password/forgot', {})).status).toBe(202)

    const headers = { 'retry-after': '42' }
    auth.behaviour.intercept = () =>
      Response.json({ code: 'rate_limited' }, { status: 429, headers })
    const refused = await browser.post('password/forgot', {})

    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '42'])
    expect(await codeOf(refused)).toBe('rate_limited')
  })

  it('answer 503 for what makes no sense', async () => {
    const { browser, auth } = await setUp()
    auth.behaviour.intercept = () => new Response('<html>', { status: 200 })

    expect((await browser.post('email/verify', { token: 't' })).status).toBe(503)
  })

  it('refresh first when that is due, and set the cookie', async () => {
    const { browser, auth, clock } = await setUp()
    await browser.login()
    clock.seconds += 900
    auth.behaviour.intercept = ({ path }) =>
      path === '/admin/users' ? Response.json({ users: [] }) : undefined

    const response = await browser.call('admin/users')

    expect(accountCalls(auth).map(({ path }) => path)).toEqual(['/refresh', '/admin/users'])
    expect([response.status, response.headers.getSetCookie().length]).toEqual([200, 1])
  })
})
