import { beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf, cookieBehind, setUp } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'

const incoming = { headers: new Headers() }
vi.mock('next/headers.js', () => ({ headers: async () => incoming.headers }))

const WAIT = { timeout: 20_000, interval: 2 }

/** An application that knows the keys and listens. */
async function listening(options = {}) {
  const setup = await setUp(options)
  await setup.browser.login()
  incoming.headers = setup.browser.request('/').headers
  expect(await setup.app.getSession()).not.toBeNull()
  await vi.waitFor(() => expect(setup.auth.feed.connections).toBe(1), WAIT)
  const [row] = setup.auth.rows.values()
  if (!row) throw new Error('there is no session')
  return { ...setup, row, userId: `user-${row.email}` }
}

type Setup = Awaited<ReturnType<typeof listening>>

/** Renders a page for the browser behind the proxy. */
async function page({ app, browser }: Setup) {
  const response = await browser.visit('/tasks')
  incoming.headers = new Headers({ cookie: cookieBehind(response) ?? '' })
  return { response, session: await app.getSession() }
}

/** Resolves when the application knows of what the feed told last. */
async function heard({ app, browser }: Setup) {
  incoming.headers = browser.request('/').headers
  await vi.waitFor(async () => expect(await app.getSession()).toBeNull(), WAIT)
}

function changeRole({ auth, row, userId }: Setup) {
  row.role = 'editor'
  row.ver = 2
  auth.feed.roleChanged(userId, 2)
}

function ban({ auth, row }: Setup) {
  auth.end(row.id, 'banned')
  auth.feed.sessionEnded(row.id)
}

beforeEach(() => {
  incoming.headers = new Headers()
})

describe('the proxy that listens', () => {
  it('asks with the credential of the web server, once per process', async () => {
    const { auth, browser } = await listening()

    await Promise.all(Array.from({ length: 10 }, () => browser.visit()))

    expect(auth.feed.credentials).toEqual([`Basic ${btoa('todo-web:client+secret')}`])
  })

  it('does not listen without a credential', async () => {
    const { app, browser, auth } = await setUp({ client: undefined })
    await browser.login()
    incoming.headers = browser.request('/').headers

    expect(await app.getSession()).not.toBeNull()
    expect(auth.feed.connections).toBe(0)
  })

  it('shows a change of role on the next page', async () => {
    const setup = await listening()
    changeRole(setup)
    await heard(setup)

    const { response, session } = await page(setup)

    expect(session?.user.role).toBe('editor')
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect((await page(setup)).session?.user.role).toBe('editor')
    expect(setup.auth.count('/refresh')).toBe(1)
  })

  it('signs a banned user out on the next request, and leaves the cookie to the token route', async () => {
    const setup = await listening()
    ban(setup)
    await heard(setup)

    const { response, session } = await page(setup)

    expect([session, cookieBehind(response)]).toEqual([null, null])
    expect(response.headers.getSetCookie()).toEqual([])
    expect(setup.browser.cookie).toBeDefined()
  })

  it('leaves everybody else alone', async () => {
    const setup = await listening()
    const other = setup.browser.clone()
    other.jar.clear()
    await other.login('grace@example.com')
    ban(setup)
    await heard(setup)

    const response = await other.visit()

    expect(response.headers.getSetCookie()).toEqual([])
    expect(setup.auth.count('/refresh')).toBe(0)
  })

  it('asks once for many requests with an outdated token', async () => {
    const setup = await listening()
    changeRole(setup)
    await heard(setup)

    await Promise.all(Array.from({ length: 20 }, () => setup.browser.visit()))

    expect(setup.auth.count('/refresh')).toBe(1)
  })

  it('asks again for a late request when what earlier ones got was revoked', async () => {
    const setup = await listening()
    const late = setup.browser.clone()
    changeRole(setup)
    await heard(setup)
    await setup.browser.visit()
    ban(setup)
    await heard(setup)

    await late.visit()

    expect(setup.auth.count('/refresh')).toBe(2)
  })

  it('keeps the session, but shows nobody, while the auth server cannot be asked', async () => {
    const setup = await listening()
    changeRole(setup)
    await heard(setup)
    setup.auth.behaviour.intercept = () => new Response(null, { status: 503 })

    const during = await page(setup)
    setup.auth.behaviour.intercept = undefined
    const after = await page(setup)

    expect(during.session).toBeNull()
    expect(during.response.headers.getSetCookie()).toEqual([])
    expect(after.session?.user.role).toBe('editor')
  })

  it('shows its own step nobody either', async () => {
    const setup = await listening()
    changeRole(setup)
    await heard(setup)
    setup.auth.behaviour.intercept = () => new Response(null, { status: 503 })
    const seen: unknown[] = []

    const proxy = setup.app.withProxy((_request, _event, session) => void seen.push(session))
    await proxy(setup.browser.request('/tasks'))

    expect(seen).toEqual([null])
  })

  it('replaces a token whose key was taken away, not one whose key it is about to learn', async () => {
    const setup = await listening()
    const { auth, browser, clock } = setup
    auth.behaviour.signsWithUnknownKey = true

    await browser.login('grace@example.com')
    await browser.visit()
    expect(auth.count('/refresh')).toBe(0)

    clock.seconds += 61
    await browser.visit()
    expect(auth.count('/refresh')).toBe(1)
  })

  it('changes nothing where the feed cannot be had', async () => {
    const setup = await setUp()
    const { app, auth, browser } = setup
    await browser.login()
    auth.feed.open = () => new Response(null, { status: 503 })
    incoming.headers = browser.request('/').headers

    expect(await app.getSession()).not.toBeNull()
    const response = await browser.visit()

    expect(response.headers.getSetCookie()).toEqual([])
    expect(auth.count('/refresh')).toBe(0)
  })
})

describe('the route handlers that listen', () => {
  it('answer the token with the new role', async () => {
    const setup = await listening()
    changeRole(setup)
    await heard(setup)

    const body = (await (await setup.browser.post('token')).json()) as { user: { role: string } }

    expect(body.user.role).toBe('editor')
  })

  it('delete the cookie of a banned user with the token route', async () => {
    const setup = await listening()
    ban(setup)
    await heard(setup)

    const response = await setup.browser.post('token')

    expect([response.status, await codeOf(response)]).toEqual([401, 'session_ended'])
    expect(setup.browser.cookie).toBeUndefined()
  })

  it('never answer a revoked token, also while the auth server cannot be asked', async () => {
    const setup = await listening()
    ban(setup)
    await heard(setup)
    setup.auth.behaviour.intercept = () => new Response(null, { status: 503 })

    expect((await setup.browser.post('token')).status).toBe(503)
    expect(setup.browser.cookie).toBeDefined()
  })

  it('let a banned user sign in again once that is allowed', async () => {
    const setup = await listening()
    ban(setup)
    await heard(setup)

    await setup.browser.post('login', { email: 'ada@example.com', password: PASSWORD })

    expect((await page(setup)).session?.user.email).toBe('ada@example.com')
  })
})
