import { describe, expect, it, vi } from 'vitest'
import { setUpAuthJs } from './auth-js-app.js'
import { setUpBetterAuth } from './better-auth-app.js'
import { type Browser, COOKIE, codeOf, type Setup, setUp } from './browser.js'
import { type FakeAuthServer, PASSWORD } from './fake-auth-server.js'
import { closeForeign, setUpForeign } from './foreign-app.js'
import { setUpNextAuth4 } from './next-auth-4-app.js'
import { current } from './next-headers.js'

vi.mock('next/headers.js', () => import('./next-headers.js'))

const DEVICE = `${COOKIE}-device`
const HEADER = 'Countersign-Device'
const TOKEN = `csd_${'a'.repeat(43)}`
const credentials = { email: 'ada@example.com', password: PASSWORD }

/** Makes the auth server answer a sign-in with a token unless it got one; what it was told, in turn. */
function knowing(auth: FakeAuthServer, token = TOKEN): (string | null)[] {
  const told: (string | null)[] = []
  let isInside = false
  auth.behaviour.intercept = async ({ method, path, headers, body, url }) => {
    const begins = ['/login', '/signup', '/second-factor', '/token'].includes(path)
    if (isInside || !begins) return undefined
    const device = headers.get(HEADER)
    told.push(device)
    isInside = true
    const sent = path === '/second-factor' ? credentials : body
    const from = path === '/second-factor' ? url.replace(path, '/login') : url
    const answer = await auth.fetch(from, { method, body: JSON.stringify(sent) })
    isInside = false
    if (answer.ok && device === null) answer.headers.set(HEADER, token)
    return answer
  }
  return told
}

async function withDevices(token?: string): Promise<Setup & { told: (string | null)[] }> {
  const setup = await setUp()
  return { ...setup, told: knowing(setup.auth, token) }
}

/** The line that sets the device's cookie. */
const deviceLine = (response: Response) =>
  response.headers.getSetCookie().find((line) => line.startsWith(`${DEVICE}=`))

const signOut = async (browser: Browser) => browser.call('logout', { method: 'POST' })

describe('the device of a browser', () => {
  it.each(['login', 'signup'])('is in a cookie of its own after %s', async (path) => {
    const { browser, told } = await withDevices()

    const response = await browser.post(path, credentials)

    expect(deviceLine(response)).toBe(
      `${DEVICE}=${TOKEN}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=34560000`,
    )
    expect(response.headers.has(HEADER)).toBe(false)
    expect(await response.text()).not.toContain(TOKEN)
    expect(told).toEqual([null])
  })

  it('has the form that the session cookie has on a plain loopback address', async () => {
    const origin = 'http://127.0.0.1:3000'
    const { app, auth, browser } = await setUp({ origin })
    knowing(auth)
    const sent = { method: 'POST', body: credentials, headers: { origin } }

    const response = await app.handlers.POST(browser.request('/api/auth/login', sent))

    expect(response.headers.getSetCookie().at(-1)).toMatch(
      /^countersign-device=csd_a+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=34560000$/,
    )
  })

  it('is told with the next sign-in, also after a sign-out and for the second step', async () => {
    const { browser, told } = await withDevices()
    await browser.login()
    await signOut(browser)
    expect([browser.jar.has(COOKIE), browser.jar.get(DEVICE)]).toEqual([false, TOKEN])

    const again = await browser.login()
    await browser.post('signup', credentials)
    await browser.post('second-factor', { challenge: 'r.c', code: '123456' })

    expect(told).toEqual([null, TOKEN, TOKEN, TOKEN])
    expect(deviceLine(again)).toBe(undefined)
  })

  it('is told where a session begins, and nowhere else', async () => {
    const { browser, auth, clock } = await withDevices()
    await browser.login()
    clock.seconds += 900

    await browser.visit()
    await browser.call('me')
    await browser.post('password/forgot', { email: credentials.email })
    await browser.post('social/google', {})
    await signOut(browser)

    const paths = auth.calls.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['/refresh', '/me', '/social/google', '/logout']))
    expect(auth.calls.filter(({ headers }) => headers.has(HEADER))).toEqual([])
  })

  it('is nothing that a browser can state by a header', async () => {
    const { browser, told } = await withDevices()

    await browser.post('login', credentials, { [HEADER]: TOKEN })
    const behind = await browser.visit('/tasks', { headers: { [HEADER]: TOKEN } })

    expect(told).toEqual([null])
    expect(behind.headers.get('x-middleware-override-headers')).not.toMatch(/countersign-device/i)
  })

  it.each(['', 'a b', 'a"b', 'ü', 'x'.repeat(201)])(
    'is new, and no sign-in fails, with the planted cookie %j',
    async (value) => {
      const { browser, told } = await withDevices()
      browser.jar.set(DEVICE, value)

      const response = await browser.login()

      expect([response.status, told]).toEqual([200, [null]])
    },
  )

  it('is new with two cookies of the name, of which one was planted', async () => {
    const { browser, told } = await withDevices()
    const cookie = `${DEVICE}=${TOKEN}; ${DEVICE}=csd_other`

    await browser.post('login', credentials, { cookie })

    expect(told).toEqual([null])
  })

  it('gets no cookie from an answer that is not a token', async () => {
    const { browser } = await withDevices('a; Domain=example.com')

    const response = await browser.login()

    expect([response.status, response.headers.getSetCookie().length]).toEqual([200, 1])
  })

  it('opens nothing by itself', async () => {
    const { app, browser } = await withDevices()
    await browser.login()
    browser.jar.delete(COOKIE)
    const cookies = { [DEVICE]: TOKEN, [COOKIE]: TOKEN }

    for (const [name, value] of Object.entries(cookies)) {
      browser.jar.set(name, value)
      current.headers = browser.request('/tasks').headers
      expect(await codeOf(await browser.call('me'))).toBe('missing_token')
      expect(await app.getSession()).toBe(null)
    }
  })
})

describe('the device of a browser with another library', () => {
  it('is kept and told by Better Auth', async () => {
    const { ask, browser, server } = await setUpBetterAuth()
    const told = knowing(server)
    const enter = () => ask('/sign-in/email', { method: 'POST', body: credentials })

    const answers = [await enter(), await enter()]

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect([browser.jar.has(COOKIE), browser.jar.get(DEVICE)]).toEqual([true, TOKEN])
    expect(told).toEqual([null, TOKEN])
  })

  it('is kept and told by Auth.js', async () => {
    const { signIn, signOut, browser, server } = await setUpAuthJs()
    const told = knowing(server)

    await signIn()
    await signOut()
    expect([browser.jar.has(COOKIE), browser.jar.get(DEVICE)]).toEqual([false, TOKEN])
    await signIn()

    expect(browser.jar.has(COOKIE)).toBe(true)
    expect(told).toEqual([null, TOKEN])
  })

  it('is kept and told by NextAuth 4', async () => {
    const { signIn, browser, server } = await setUpNextAuth4()
    const told = knowing(server)

    await signIn()
    await signIn()

    expect(browser.jar.get(DEVICE)).toBe(TOKEN)
    expect(told).toEqual([null, TOKEN])
  })
})

it('is told to no other backend, and got from none', async () => {
  const asked: unknown[] = []
  const headers = (caller: object) => {
    asked.push(Object.keys(caller))
    return {}
  }
  const { browser, backend } = await setUpForeign({ rest: { headers } })
  browser.jar.set(DEVICE, TOKEN)

  const response = await browser.login()

  expect([response.status, deviceLine(response)]).toEqual([200, undefined])
  expect(asked[0]).toEqual(['ip', 'userAgent'])
  expect(JSON.stringify(backend.calls)).not.toContain(TOKEN)
  await closeForeign()
})
