import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import type { Session } from '../src/index.js'
import { codeOf, cookieBehind, ORIGIN, type Setup, setUp } from './browser.js'

const incoming = { headers: new Headers() }
vi.mock('next/headers.js', () => ({ headers: async () => incoming.headers }))

beforeEach(() => {
  incoming.headers = new Headers()
})

async function signedIn(email = 'ada@example.com'): Promise<Setup> {
  const setup = await setUp()
  await setup.browser.login(email)
  incoming.headers = setup.browser.request('/').headers
  return setup
}

const request = (headers: Record<string, string> = {}, method = 'POST') =>
  new Request(`${ORIGIN}/api/tasks`, { method, headers })
const own = { origin: ORIGIN }

describe('protect in a page', () => {
  /** What Next would do with the error that a page threw. */
  async function redirectOf(path: string): Promise<string> {
    const setup = await setUp({ signInPath: '/login' })
    const response = await setup.browser.visit(path)
    const told = response.headers.get('x-middleware-request-x-countersign-path')
    incoming.headers = new Headers(told === null ? {} : { 'x-countersign-path': told })
    const error = await setup.app.protect().catch((thrown: unknown) => thrown)
    return String((error as { digest?: unknown }).digest)
  }

  it('leads a visitor back to the page after signing in', async () => {
    expect(await redirectOf('/tasks?done=1')).toContain(';/login?returnTo=%2Ftasks%3Fdone%3D1;')
  })

  it.each(['//evil.test', '/.//evil.test', '/login'])('does not lead back to %s', async (path) => {
    const setup = await setUp({ signInPath: '/login' })
    incoming.headers = new Headers({ 'x-countersign-path': path })

    const error = await setup.app.protect().catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({ digest: expect.stringContaining(';/login;') })
  })
})

describe('protect around a route handler', () => {
  it('hands over the request, the session and what Next passes', async () => {
    const { app } = await signedIn()
    const POST = app.protect(
      async (_request, session, { params }: { params: Promise<{ id: string }> }) => {
        expectTypeOf(session).toEqualTypeOf<Session>()
        return Response.json({ id: (await params).id, email: session.user.email })
      },
    )

    const response = await POST(request(own), { params: Promise.resolve({ id: '7' }) })

    expect(await response.json()).toEqual({ id: '7', email: 'ada@example.com' })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('answers 401 to a visitor, and does not run', async () => {
    const { app } = await setUp({ signInPath: '/login' })
    const handler = vi.fn(() => new Response())

    const response = await app.protect(handler)(request(own))

    expect([response.status, await codeOf(response)]).toEqual([401, 'missing_token'])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(handler).not.toHaveBeenCalled()
  })

  it('answers 403 to another role, and runs for the right one', async () => {
    const user = await signedIn()
    const refused = await user.app.protect(() => new Response(), { roles: ['admin'] })(request(own))
    const admin = await signedIn('admin@example.com')
    const passed = await admin.app.protect(() => new Response(), { roles: ['editor', 'admin'] })(
      request(own),
    )

    expect([refused.status, await codeOf(refused)]).toEqual([403, 'insufficient_role'])
    expect(passed.status).toBe(200)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('refuses %s from another origin', async (method) => {
    const { app } = await signedIn()
    const handler = vi.fn(() => new Response())
    const run = app.protect(handler)

    for (const headers of [
      { origin: 'https://evil.test' },
      { origin: 'https://neighbour.app.test', 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ] as Record<string, string>[]) {
      const response = await run(request(headers, method))
      expect([response.status, await codeOf(response)]).toEqual([403, 'csrf_rejected'])
    }
    expect(handler).not.toHaveBeenCalled()
    expect((await run(request({ 'sec-fetch-site': 'same-origin' }, method))).status).toBe(200)
  })

  it('lets a link from elsewhere read', async () => {
    const { app } = await signedIn()

    const response = await app.protect(() => new Response())(
      request({ 'sec-fetch-site': 'cross-site' }, 'GET'),
    )

    expect(response.status).toBe(200)
  })

  it('answers for an error of ours, and leaves others alone', async () => {
    const { app } = await signedIn()
    const refused = await app.protect(async () => {
      await app.requireRole('admin')
      return new Response()
    })(request(own))
    const bug = app.protect(() => Promise.reject(new Error('a bug')))(request(own))

    expect([refused.status, await codeOf(refused)]).toEqual([403, 'insufficient_role'])
    await expect(bug).rejects.toThrow('a bug')
  })

  it('keeps status, cookies and a Cache-Control of the answer, whose headers may be immutable', async () => {
    const { app } = await signedIn()
    const moved = await app.protect(() => Response.redirect(`${ORIGIN}/tasks`, 303))(request(own))
    const kept = await app.protect(
      () => new Response('x', { headers: { 'cache-control': 'private, max-age=5' } }),
    )(request(own))

    expect([moved.status, moved.headers.get('location')]).toEqual([303, `${ORIGIN}/tasks`])
    expect(moved.headers.get('cache-control')).toBe('private, no-store')
    expect(kept.headers.get('cache-control')).toBe('private, max-age=5')
  })

  it('sees what the proxy refreshed in the same request', async () => {
    const { app, browser, clock } = await signedIn()
    clock.seconds += 900
    const response = await browser.visit('/api/tasks')
    incoming.headers = new Headers({ cookie: cookieBehind(response) ?? '' })

    expect((await app.protect(() => new Response())(request(own))).status).toBe(200)
  })
})
