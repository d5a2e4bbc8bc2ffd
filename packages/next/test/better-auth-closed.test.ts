import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { customSession } from 'better-auth/plugins'
import { describe, expect, it } from 'vitest'
import { countersign } from '../src/better-auth.js'
import { createCountersign } from '../src/index.js'
import { readSession, sealSession } from '../src/sealed-session.js'
import { resolveSettings } from '../src/settings.js'
import { BETTER_AUTH_SECRET, headersOf, setUpBetterAuth } from './better-auth-app.js'
import { COOKIE, ORIGIN, SECRET, setUp } from './browser.js'
import { AUDIENCE, PASSWORD, SERVER_URL } from './fake-auth-server.js'

const ada = { email: 'ada@example.com', password: PASSWORD }
const OPEN = ['/sign-in/email', '/sign-up/email', '/sign-out', '/get-session', '/ok']

interface Endpoint {
  (input: object): Promise<unknown>
  readonly path?: string
  readonly options: { readonly method: string | readonly string[] }
}

/** Every endpoint that this version of Better Auth has, but for ours. */
async function foreignEndpoints() {
  const { auth, ...setup } = await setUpBetterAuth()
  const all = Object.values(auth.api) as unknown as Endpoint[]
  return { ...setup, auth, closed: all.filter(({ path }) => !path || !OPEN.includes(path)) }
}

describe('the plugin', () => {
  it('answers 404 at every endpoint that belongs to the auth server', async () => {
    const { closed, ask, server } = await foreignEndpoints()
    await ask('/sign-in/email', { method: 'POST', body: ada })
    const calls = server.calls.length

    const answers = closed.flatMap(({ path = '', options }) =>
      [options.method].flat().map(async (method) => {
        const body = method === 'GET' ? {} : { body: { ...ada, name: 'Eve' } }
        const { status } = await ask(path.replace(/:\w+/, 'x'), { method, ...body })
        return `${method} ${path} ${status}`
      }),
    )

    const said = await Promise.all(answers)
    expect(said.filter((line) => !line.endsWith(' 404'))).toEqual([])
    expect(said).toContain('POST /update-user 404')
    expect(said).toContain('POST /change-password 404')
    expect(said).toContain('POST /sign-in/social 404')
    expect(said.length).toBeGreaterThan(25)
    expect(server.calls.length).toBe(calls)
  })

  it('refuses the same to server code', async () => {
    const { closed, ask, browser } = await foreignEndpoints()
    await ask('/sign-in/email', { method: 'POST', body: ada })
    const headers = headersOf(browser.jar)

    const refusals = closed.map((endpoint) =>
      endpoint({ headers, body: { name: 'Eve' }, query: {}, params: {} }).then(
        () => endpoint.path,
        (error) => error.status,
      ),
    )

    expect(new Set(await Promise.all(refusals))).toEqual(new Set(['NOT_FOUND']))
  })

  it.each([
    '//sign-in/email',
    '/sign-in//email',
    '/sign-in/email/',
    '/sign-in%2Femail',
    '/SIGN-IN/email',
    '/x/../update-user',
    '/get-session/../list-sessions',
    '',
    '/',
  ])('knows no other spelling such as %j', async (path) => {
    const { ask } = await setUpBetterAuth()

    expect((await ask(path, { method: 'POST', body: ada })).status).toBe(404)
  })

  it('refuses a body over 64 KB, and reads one of 64 KB', async () => {
    const { ask, server } = await setUpBetterAuth()
    const sized = (bytes: number) => {
      const body = JSON.stringify({ ...ada, padding: '' })
      return body.replace('"padding":""', `"padding":"${'x'.repeat(bytes - body.length)}"`)
    }

    const big = await ask('/sign-in/email', { method: 'POST', body: sized(64 * 1024 + 1) })
    expect([big.status, server.calls.length]).toEqual([413, 0])

    expect((await ask('/sign-in/email', { method: 'POST', body: sized(64 * 1024) })).status).toBe(
      200,
    )
  })

  it('takes an empty body without a type, as Next.js hands it over', async () => {
    const { ask, auth, browser } = await setUpBetterAuth()
    await ask('/sign-in/email', { method: 'POST', body: ada })
    const headers = headersOf(browser.jar)
    headers.set('origin', ORIGIN)
    const post = (body: BodyInit) =>
      auth.handler(new Request(`${ORIGIN}/api/auth/sign-out`, { method: 'POST', headers, body }))

    expect((await post(Buffer.from('x'))).status).toBe(415)
    expect((await post(Buffer.alloc(0))).status).toBe(200)
  })

  it('does not believe cookies of Better Auth’s own, signed with its secret', async () => {
    const { auth, ask, browser } = await setUpBetterAuth()
    const other = betterAuth({
      baseURL: ORIGIN,
      secret: BETTER_AUTH_SECRET,
      emailAndPassword: { enabled: true },
      logger: { disabled: true },
    })
    const { headers } = await other.api.signUpEmail({
      body: { ...ada, name: 'Eve' },
      returnHeaders: true,
    })
    for (const cookie of headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      browser.jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }

    expect(await other.api.getSession({ headers: headersOf(browser.jar) })).not.toBeNull()
    expect(await (await ask('/get-session')).json()).toBeNull()
    expect(await auth.api.getSession({ headers: headersOf(browser.jar) })).toBeNull()
  })

  it.each([
    ['none', () => undefined],
    ['a changed one', (value: string) => `${value.slice(0, -2)}AA`],
    ['one without its seal', () => Buffer.from('{"user":{"id":"1"}}').toString('base64url')],
    ['two of them', (value: string) => `${value}; ${COOKIE}=${value}`],
  ])('has no session for %s', async (_, change) => {
    const { auth, ask, browser, server } = await setUpBetterAuth()
    await ask('/sign-in/email', { method: 'POST', body: ada })
    const value = change(browser.cookie ?? '')
    if (value) browser.jar.set(COOKIE, value)
    else browser.jar.delete(COOKIE)
    const calls = server.calls.length

    expect(await (await ask('/get-session')).json()).toBeNull()
    expect(await (await ask('/get-session', { method: 'POST' })).json()).toBeNull()
    expect(await auth.api.getSession({ headers: headersOf(browser.jar) })).toBeNull()
    expect(server.calls.length).toBe(calls)
  })

  it('has no session for a cookie of another application', async () => {
    const { auth, ask, browser } = await setUpBetterAuth()
    const other = await setUp({ cookieSecret: `${SECRET}, of another` })
    await other.browser.login()
    browser.jar.set(COOKIE, other.browser.cookie ?? '')

    expect(await (await ask('/get-session')).json()).toBeNull()
    expect(await auth.api.getSession({ headers: headersOf(browser.jar) })).toBeNull()
  })

  it('has no session for a cookie with the token of somebody else', async () => {
    const { auth, ask, browser, server } = await setUpBetterAuth()
    const settings = resolveSettings(
      { server: SERVER_URL, audience: AUDIENCE, origin: ORIGIN, cookieSecret: SECRET },
      {},
    )
    const signIn = async (email: string) => {
      await ask('/sign-in/email', { method: 'POST', body: { ...ada, email } })
      const sealed = readSession(`${COOKIE}=${browser.cookie}`, settings)
      if (!sealed) throw new Error('there is no session')
      return sealed
    }
    const [eve, admin] = [await signIn('eve@example.com'), await signIn('admin@example.com')]

    const swapped = { ...eve, accessToken: admin.accessToken }
    browser.jar.set(COOKIE, sealSession(swapped, settings))

    expect((await ask('/get-session')).status).toBe(503)
    expect(await auth.api.getSession({ headers: headersOf(browser.jar) })).toBeNull()
    browser.jar.set(COOKIE, sealSession(admin, settings))
    expect((await ask('/get-session')).status).toBe(200)
    expect(server.count('/refresh')).toBe(0)
  })

  it('has no session where the sealed token is for another API', async () => {
    const { auth, ask, browser, server } = await setUpBetterAuth()
    server.behaviour.audience = 'another-api'
    await ask('/sign-in/email', { method: 'POST', body: ada })

    expect((await ask('/get-session')).status).toBe(503)
    expect(await auth.api.getSession({ headers: headersOf(browser.jar) })).toBeNull()
  })
})

describe('the set-up', () => {
  const options = { betterAuthPath: '/api/auth' }
  const start = (own: object, others: object) =>
    betterAuth({
      baseURL: ORIGIN,
      secret: BETTER_AUTH_SECRET,
      logger: { disabled: true },
      ...others,
      plugins: [
        countersign(createCountersign(own)),
        ...((others as { plugins?: [] }).plugins ?? []),
      ],
    }).$context

  it('is accepted without any setting of the environment, as a build needs it', async () => {
    await expect(start(options, {})).resolves.toBeDefined()
    await expect(start({ betterAuthPath: '/auth' }, { basePath: '/auth' })).resolves.toBeDefined()
  })

  it.each([
    ['without betterAuthPath', {}, {}],
    ['with another path', options, { basePath: '/api/better-auth' }],
    ['with one path for both', { ...options, basePath: '/api/auth' }, {}],
    ['with one path inside of the other', { ...options, basePath: '/api/auth/cs' }, {}],
    ['with users of its own', options, { emailAndPassword: { enabled: true } }],
    ['with a database', options, { database: memoryAdapter({}) }],
    ['with a second store', options, { secondaryStorage: {} }],
    ['with providers of its own', options, { socialProviders: { github: { clientId: 'x' } } }],
    [
      'with another session on top',
      options,
      { plugins: [customSession(async (session) => session)] },
    ],
  ])('is refused %s', async (_, own, others) => {
    await expect(start(own, others)).rejects.toBeInstanceOf(TypeError)
  })

  it('is refused at the address of the API, when the first request comes', async () => {
    const { app, browser } = await setUp(options)
    const auth = betterAuth({
      baseURL: 'https://api.test',
      secret: BETTER_AUTH_SECRET,
      plugins: [countersign(app)],
    })

    const answer = auth.handler(browser.request('/api/auth/get-session'))

    await expect(answer).rejects.toThrow(ORIGIN)
  })

  it('is refused with a part of Countersign', () => {
    expect(() => countersign({ ...createCountersign(options) })).toThrow(TypeError)
  })
})
