import { describe, expect, expectTypeOf, it } from 'vitest'
import { headersOf, setUpBetterAuth } from './better-auth-app.js'
import { COOKIE, ORIGIN } from './browser.js'
import { PASSWORD, SERVER_URL } from './fake-auth-server.js'

const ada = { email: 'ada@example.com', password: PASSWORD }

describe('Better Auth’s own client', () => {
  it('signs in, has the session with its role, and signs out', async () => {
    const { client, browser } = await setUpBetterAuth()

    const signedIn = await client.signIn.email({ ...ada, email: 'admin@example.com' })
    const session = await client.getSession()
    const signedOut = await client.signOut()

    expect(signedIn.data?.user.email).toBe('admin@example.com')
    expect(session.data?.user).toMatchObject({ name: 'Ada', role: 'admin', emailVerified: false })
    expect(session.data?.session.userId).toBe(session.data?.user.id)
    expect(signedOut.data).toEqual({ success: true })
    expect(await client.getSession()).toEqual({ data: null, error: null })
    expect(browser.jar.size).toBe(0)
  })

  it('creates an account and is signed in', async () => {
    const { client, auth } = await setUpBetterAuth()

    const { data } = await client.signUp.email({ ...ada, name: 'Ada' })

    expect(data?.user.email).toBe(ada.email)
    expect((await client.getSession()).data?.user.email).toBe(ada.email)
    expect(auth.options.emailAndPassword.enabled).toBe(false)
  })

  it('is not signed in by an account that has to be confirmed first', async () => {
    const { client, server, browser } = await setUpBetterAuth()
    server.behaviour.intercept = ({ path }) =>
      path === '/signup' ? new Response(null, { status: 202 }) : undefined

    const { data } = await client.signUp.email({ ...ada, name: 'Ada' })

    expect(data?.token).toBeNull()
    expect(browser.jar.size).toBe(0)
    expect((await client.getSession()).data).toBeNull()
  })

  it('infers the role of the user, which is no input', () => {
    type Setup = Awaited<ReturnType<typeof setUpBetterAuth>>
    type Client = Setup['client']
    type OnServer = Setup['auth']['$Infer']['Session']

    expectTypeOf<Client['$Infer']['Session']['user']['role']>().toEqualTypeOf<string>()
    expectTypeOf<OnServer['user']['role']>().toEqualTypeOf<string>()
    expectTypeOf<Parameters<Client['signUp']['email']>[0]>().not.toHaveProperty('role')
  })

  it('ends with the browser where it is not to be remembered', async () => {
    const { ask } = await setUpBetterAuth()
    const signIn = (rememberMe: boolean) =>
      ask('/sign-in/email', { method: 'POST', body: { ...ada, rememberMe } })

    const [forgotten] = (await signIn(false)).headers.getSetCookie()
    const [remembered] = (await signIn(true)).headers.getSetCookie()

    expect(forgotten).not.toContain('Max-Age')
    expect(remembered).toContain('Max-Age=604800')
  })
})

describe('the plugin', () => {
  it('sets no cookie but the sealed one, and answers no token', async () => {
    const { ask } = await setUpBetterAuth()
    const answers = [
      await ask('/sign-in/email', { method: 'POST', body: ada }),
      await ask('/get-session'),
      await ask('/get-session', { method: 'POST' }),
      await ask('/sign-out', { method: 'POST' }),
    ]

    const names = answers.flatMap(({ headers }) => headers.getSetCookie())

    expect(new Set(names.map((cookie) => cookie.split('=')[0]))).toEqual(new Set([COOKIE]))
    for (const answer of answers) {
      expect(answer.headers.get('cache-control')).toContain('no-store')
      expect(await answer.text()).not.toMatch(/csr_|eyJ/)
    }
  })

  it('serves the session that the handlers know, and the other way round', async () => {
    const { app, browser, ask } = await setUpBetterAuth()
    await ask('/sign-in/email', { method: 'POST', body: ada })

    const path = '/api/countersign/token'
    const token = await app.handlers.POST(browser.request(path, { method: 'POST' }))
    const logout = browser.request('/api/countersign/logout', { method: 'POST' })
    browser.keepCookies(await app.handlers.POST(logout))

    expect(token.status).toBe(200)
    expect(await (await ask('/get-session')).json()).toBeNull()
  })

  it('ends the session at the auth server, and the cookie even if that is down', async () => {
    const { ask, server, browser } = await setUpBetterAuth()
    await ask('/sign-in/email', { method: 'POST', body: ada })
    const copy = browser.clone()
    await ask('/sign-out', { method: 'POST' })
    expect([...server.rows.values()][0]?.endedFor).toBe('signed_out')

    await ask('/sign-in/email', { method: 'POST', body: ada })
    server.behaviour.intercept = () => Response.error()
    const { status } = await ask('/sign-out', { method: 'POST' })

    expect(status).toBe(200)
    expect(browser.jar.size).toBe(0)
    expect(copy.jar.size).toBe(1)
  })

  it('leaves the cookie of a request to Better Auth to its endpoints', async () => {
    const { browser, clock, server, ask } = await setUpBetterAuth()
    await ask('/sign-in/email', { method: 'POST', body: ada })
    clock.seconds += 890

    const passed = await browser.visit('/api/auth/sign-out', { method: 'POST' })
    const visited = await browser.visit('/tasks')

    expect(passed.headers.getSetCookie()).toEqual([])
    expect(visited.headers.getSetCookie()).toHaveLength(1)
    expect(server.count('/refresh')).toBe(1)
  })

  it.each([
    ['invalid_credentials', 401, 'INVALID_EMAIL_OR_PASSWORD', 401],
    ['email_taken', 409, 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL', 422],
    ['email_not_verified', 403, 'EMAIL_NOT_VERIFIED', 403],
    ['breached_password', 400, 'PASSWORD_COMPROMISED', 400],
    ['weak_password', 400, 'WEAK_PASSWORD', 400],
    ['account_locked', 403, 'ACCOUNT_LOCKED', 403],
    ['rate_limited', 429, 'RATE_LIMITED', 429],
    ['internal_error', 500, 'SERVICE_UNAVAILABLE', 503],
    ['constructor', 400, 'CONSTRUCTOR', 400],
  ])('says %s in the words of Better Auth', async (code, status, expected, expectedStatus) => {
    const { client, server } = await setUpBetterAuth()
    server.behaviour.intercept = () =>
      Response.json({ code, title: 'A title' }, { status, headers: { 'Retry-After': '7' } })

    const { data, error } = await client.signIn.email(ada)

    expect(data).toBeNull()
    expect(error).toMatchObject({ code: expected, status: expectedStatus })
    expect(error?.message).toMatch(/^\S.+/)
  })

  it('says for how long to wait, in both spellings', async () => {
    const { ask, server } = await setUpBetterAuth()
    server.behaviour.intercept = () =>
      Response.json({ code: 'rate_limited' }, { status: 429, headers: { 'Retry-After': '7' } })

    const { headers } = await ask('/sign-in/email', { method: 'POST', body: ada })

    expect([headers.get('retry-after'), headers.get('x-retry-after')]).toEqual(['7', '7'])
  })

  it.each([
    {},
    { email: 1, password: 'x' },
    { email: 'a@b.test' },
    { email: {}, password: {} },
    [1],
  ])('refuses %j without asking the auth server', async (body) => {
    const { ask, server } = await setUpBetterAuth()

    for (const path of ['/sign-in/email', '/sign-up/email']) {
      expect((await ask(path, { method: 'POST', body })).status).toBe(400)
    }

    expect(server.calls).toEqual([])
  })

  it('hands on what was asked for and nothing else', async () => {
    const { ask, server } = await setUpBetterAuth()

    const body = { ...ada, role: 'admin', name: 'Ada', image: 'x', emailVerified: true }
    await ask('/sign-up/email', { method: 'POST', body })

    expect(server.calls[0]?.body).toEqual({ ...ada, name: 'Ada', remember: true })
    expect(server.calls[0]?.headers.get('authorization')).toMatch(/^Basic /)
  })

  it.each([
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { origin: 'none' },
    { origin: SERVER_URL },
  ])('refuses a signed-in request with %o', async (headers) => {
    const { ask, browser, server } = await setUpBetterAuth()
    await ask('/sign-in/email', { method: 'POST', body: ada })
    const calls = server.calls.length

    for (const path of ['/sign-out', '/get-session', '/sign-in/email', '/sign-up/email']) {
      const sent = { method: 'POST', body: ada, headers: headers as Record<string, string> }
      expect((await ask(path, sent)).status).toBe(403)
    }

    expect(server.calls.length).toBe(calls)
    expect(browser.jar.size).toBe(1)
  })

  it('refuses a first sign-in from elsewhere', async () => {
    const { ask } = await setUpBetterAuth()
    const from = (origin: string) =>
      ask('/sign-in/email', { method: 'POST', body: ada, headers: { origin } })

    expect((await from('https://evil.test')).status).toBe(403)
    expect((await from(ORIGIN)).status).toBe(200)
  })

  it('leads nobody elsewhere after signing in', async () => {
    const { ask } = await setUpBetterAuth()
    const to = async (callbackURL: string) =>
      ask('/sign-in/email', { method: 'POST', body: { ...ada, callbackURL } })

    expect((await to('https://evil.test/')).status).toBe(403)
    expect(await (await to('/tasks')).json()).toMatchObject({ redirect: true, url: '/tasks' })
  })

  it('signs in from server code, which hands the cookie on', async () => {
    const { auth } = await setUpBetterAuth()

    const { headers } = await auth.api.signInEmail({ body: ada, returnHeaders: true })
    const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const session = await auth.api.getSession({ headers: new Headers({ cookie }) })
    const refused = auth.api.signInEmail({ body: { ...ada, password: 'another one' } })

    expect(session?.user.email).toBe(ada.email)
    await expect(refused).rejects.toMatchObject({ status: 401 })
  })

  it('reads the session for server components', async () => {
    const { ask, auth, browser } = await setUpBetterAuth()
    await ask('/sign-in/email', { method: 'POST', body: ada })

    const session = await auth.api.getSession({ headers: headersOf(browser.jar) })

    expect(session?.user.role).toBe('user')
    expect(await auth.api.getSession({ headers: new Headers() })).toBeNull()
  })
})
