import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readSession, type SealedSession, sealSession } from '../src/sealed-session.js'
import { resolveSettings } from '../src/settings.js'
import { COOKIE, ORIGIN, SECRET, type Setup, setUp } from './browser.js'
import { AUDIENCE, SERVER_URL } from './fake-auth-server.js'

const incoming = { headers: new Headers() }
vi.mock('next/headers.js', () => ({ headers: async () => incoming.headers }))

/** Makes the application render a page for this browser. */
function render({ browser }: Setup): void {
  incoming.headers = browser.request('/').headers
}

async function signedIn(email = 'ada@example.com', options = {}): Promise<Setup> {
  const setup = await setUp(options)
  await setup.browser.login(email)
  render(setup)
  return setup
}

beforeEach(() => {
  incoming.headers = new Headers()
})

describe('getSession', () => {
  it('knows the user and the session', async () => {
    const { app, auth, clock } = await signedIn()

    expect(await app.getSession()).toEqual({
      user: {
        id: 'user-ada@example.com',
        email: 'ada@example.com',
        name: 'Ada',
        image: null,
        role: 'user',
        emailVerified: false,
      },
      sessionId: [...auth.rows.keys()][0],
      expiresAt: clock.seconds + 900,
      sessionExpiresAt: clock.seconds + 604_800,
    })
  })

  it('knows nobody without a cookie, with garbage, and with two cookies', async () => {
    const setup = await signedIn()
    const own = `__Host-countersign=${setup.browser.cookie}`

    for (const cookie of ['', '__Host-countersign=garbage', `${own}; ${own}`]) {
      incoming.headers = new Headers({ cookie })
      expect(await setup.app.getSession()).toBeNull()
      expect(await setup.app.getAccessToken()).toBeNull()
    }
  })

  it('knows nobody once the token has run out, and never refreshes', async () => {
    const { app, auth, clock } = await signedIn()
    clock.seconds += 900

    expect(await app.getSession()).toBeNull()
    expect(auth.count('/refresh')).toBe(0)
  })

  it('sees what the proxy refreshed in the same request', async () => {
    const setup = await signedIn()
    setup.clock.seconds += 900

    const response = await setup.app.proxy(setup.browser.request('/'))
    incoming.headers = new Headers({
      cookie: String(response.headers.get('x-middleware-request-cookie')),
    })

    expect((await setup.app.getSession())?.expiresAt).toBe(setup.clock.seconds + 900)
  })

  it.each([
    ['another user', (session: SealedSession) => ({ user: { ...session.user, id: 'other' } })],
    ['another session', () => ({ sessionId: 'other' })],
    ['nobody that is known', () => ({ accessToken: 'a.b.c' })],
  ])('refuses a cookie whose token is that of %s', async (_name, change) => {
    const setup = await signedIn()
    const settings = resolveSettings(
      { server: SERVER_URL, audience: AUDIENCE, origin: ORIGIN, cookieSecret: SECRET },
      {},
    )
    const session = readSession(`${COOKIE}=${setup.browser.cookie}`, settings) as SealedSession
    const value = sealSession({ ...session, ...change(session) }, settings)

    incoming.headers = new Headers({ cookie: `${COOKIE}=${value}` })

    expect(await setup.app.getSession()).toBeNull()
  })

  it('refuses a token for another audience, and says so in the log', async () => {
    const setup = await setUp({ audience: 'another-api' })
    await setup.browser.login()
    render(setup)

    expect(await setup.app.getSession()).toBeNull()
    expect(setup.warnings.join()).toContain('audience')
  })

  it('refuses a token of another issuer', async () => {
    const { app } = await signedIn('ada@example.com', { issuer: 'https://other.test' })

    expect(await app.getSession()).toBeNull()
  })

  it('knows nobody when the keys cannot be had', async () => {
    const { app, auth } = await signedIn()
    auth.behaviour.intercept = () => Promise.reject(new TypeError('down'))

    expect(await app.getSession()).toBeNull()
  })
})

describe('protect and requireRole', () => {
  it('hand out the session', async () => {
    const { app } = await signedIn('admin@example.com')

    expect((await app.protect()).user.role).toBe('admin')
    expect((await app.requireRole('editor', 'admin')).user.email).toBe('admin@example.com')
  })

  it('throw for a visitor', async () => {
    const { app } = await setUp()

    await expect(app.protect()).rejects.toMatchObject({ code: 'missing_token' })
    await expect(app.requireRole('user')).rejects.toMatchObject({ code: 'missing_token' })
  })

  it('send a visitor to the sign-in page where there is one', async () => {
    const { app } = await setUp({ signInPath: '/login' })

    await expect(app.protect()).rejects.toMatchObject({
      digest: expect.stringContaining('/login'),
    })
  })

  it('throw for another role, and turn into a 403', async () => {
    const { app } = await signedIn()

    const error = await app.requireRole('admin').catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({ code: 'insufficient_role' })
    expect((error as { toResponse(): Response }).toResponse().status).toBe(403)
  })
})

describe('apiFetch', () => {
  async function withApi(api = 'https://api.test/v1') {
    const sent: Request[] = []
    const setup = await setUp({
      api,
      fetch: async (input, init) => {
        const request = new Request(input, init)
        if (request.url.startsWith('https://api.test')) {
          sent.push(request)
          return new Response('ok')
        }
        return setup.auth.fetch(input, init)
      },
    })
    return { ...setup, sent }
  }

  it('sends the access token below the base', async () => {
    const setup = await withApi()
    await setup.browser.login()
    render(setup)

    await setup.app.apiFetch('/tasks?done=1', { method: 'POST', headers: { 'x-own': '1' } })

    const [request] = setup.sent
    expect(request?.url).toBe('https://api.test/v1/tasks?done=1')
    expect(request?.headers.get('authorization')).toBe(`Bearer ${await setup.app.getAccessToken()}`)
    expect(request?.headers.get('x-own')).toBe('1')
    expect([request?.cache, request?.redirect]).toEqual(['no-store', 'manual'])
  })

  it('takes an absolute URL below the base', async () => {
    const { app, sent } = await withApi()

    await app.apiFetch('https://api.test/v1/tasks')
    await app.apiFetch(new URL('https://api.test/v1'))
    await app.apiFetch('tasks')

    expect(sent.map(({ url }) => url)).toEqual([
      'https://api.test/v1/tasks',
      'https://api.test/v1',
      'https://api.test/v1/tasks',
    ])
  })

  it.each([
    'https://evil.test/tasks',
    'https://api.test.evil.test/v1',
    'https://api.test@evil.test/v1',
    'http://api.test/v1/tasks',
    'https://api.test:8443/v1',
    '//evil.test/v1',
    'https://api.test/v2',
    'https://api.test/v10',
    '/../v2',
    'data:text/plain,x',
  ])('refuses %s', async (url) => {
    const { app, sent } = await withApi()

    await expect(app.apiFetch(url)).rejects.toThrow(TypeError)
    expect(sent).toEqual([])
  })

  it('sends no token for a visitor', async () => {
    const { app, sent } = await withApi()

    await app.apiFetch('/tasks', { headers: { 'x-own': '1' } })

    expect(sent[0]?.headers.has('authorization')).toBe(false)
  })
})
