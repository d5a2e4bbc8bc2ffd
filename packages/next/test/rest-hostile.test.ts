import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { COOKIE, codeOf, cookieBehind } from './browser.js'
import { closeForeign, setUpForeign } from './foreign-app.js'

afterEach(closeForeign)

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
const html = (response: ServerResponse, status: number) =>
  response.writeHead(status, { 'Content-Type': 'text/html' }).end('<h1>Welcome, SECRET</h1>')

type How = (response: ServerResponse) => unknown

/** Nothing comes, or nothing more. */
const SILENT: [string, How][] = [
  ['an answer that never comes', () => {}],
  ['headers and then silence', (response) => response.writeHead(200).write('{')],
]

/** Nothing of this says that a session is over. */
const PASSING: [string, How][] = [
  ...SILENT,
  ['HTML of a captive portal', (response) => html(response, 200)],
  ['HTML with 401 of a gateway', (response) => html(response, 401)],
  ['HTML with 400', (response) => html(response, 400)],
  ['nothing at all', (response) => response.destroy()],
  ['an empty answer', (response) => response.writeHead(200).end()],
  ['an empty 401', (response) => response.writeHead(401).end()],
  ['half of an answer', (response) => response.writeHead(200).end('{"access_token": "a')],
  ['200 with an error', (response) => json(response, 200, { error: 'invalid_grant' })],
  ['200 with success: false', (response) => json(response, 200, { success: false, message: 'no' })],
  ['200 with a list', (response) => json(response, 200, [1])],
  ['401 with a list', (response) => json(response, 401, ['invalid_grant'])],
  ['401 that blames the client', (response) => json(response, 401, { error: 'invalid_client' })],
  ['400 that blames the form', (response) => json(response, 400, { message: ['token required'] })],
  ['403', (response) => json(response, 403, { error: 'forbidden' })],
  ['404', (response) => json(response, 404, { detail: 'Not Found' })],
  ['422', (response) => json(response, 422, { detail: [] })],
  ['429', (response) => json(response, 429, { detail: 'slow down' })],
  ['500', (response) => json(response, 500, { error: 'invalid_grant' })],
  ['503', (response) => json(response, 503, {})],
  ['a redirect', (response) => response.writeHead(302, { Location: '/login' }).end()],
  [
    'a redirect that keeps the body',
    (response) => response.writeHead(307, { Location: '/x' }).end(),
  ],
  ['an answer of a megabyte', (response) => json(response, 200, { access_token: 'a'.repeat(1e6) })],
  ['401 of a megabyte', (response) => json(response, 401, { error: 'a'.repeat(1e6) })],
  ['a token that has run out', (response) => json(response, 200, { token: 'a', expires_in: 0 })],
  [
    'a token with a line break',
    (response) => json(response, 200, { token: 'a\nb', expires_in: 9 }),
  ],
  ['members of a prototype', (response) => json(response, 200, { __proto__: null, token: {} })],
]

/** Somebody signed in, and an instance that waits no longer than this answer needs. */
async function signedIn(how?: How) {
  const patient = await setUpForeign()
  await patient.browser.login()
  const isSilent = SILENT.some(([, silent]) => silent === how)
  const hasty = { app: { timeoutSeconds: 0.2 }, rest: { lateSeconds: 0.3 }, beside: patient }
  const asked = isSilent ? await setUpForeign(hasty) : patient
  asked.browser.jar.set(COOKIE, String(patient.browser.cookie))
  const answer = (way: How | undefined) => {
    patient.backend.behaviour.intercept = way && ((_call, response) => way(response) !== null)
  }
  return { ...asked, patient, answer }
}

describe.each(PASSING)('a refresh that is answered with %s', (_kind, how) => {
  it('keeps the session, which goes on when the backend is itself again', async () => {
    const { browser, clock, answer, patient } = await signedIn(how)
    const cookie = browser.cookie
    clock.seconds += 899.5
    answer(how)

    const token = await browser.post('token')
    const page = await browser.visit()

    expect([token.status, browser.cookie]).toEqual([503, cookie])
    expect(await codeOf(token)).toBe('service_unavailable')
    expect(page.headers.get('set-cookie')).toBeNull()
    answer(undefined)
    expect((await patient.browser.post('token')).status).toBe(200)
    expect(patient.backend.families[0]?.ended).toBe(false)
  })
})

describe('a refresh before the end of a token', () => {
  it('that fails leaves the token in use', async () => {
    const { browser, clock, answer } = await signedIn()
    clock.seconds += 880
    answer((response) => html(response, 502))

    const token = await browser.post('token')
    const page = await browser.visit()

    expect(token.status).toBe(200)
    expect(cookieBehind(page)).toContain(String(browser.cookie))
  })
})

describe('a definite end', () => {
  it.each<[string, number, object]>([
    ['invalid_grant of OAuth', 400, { error: 'invalid_grant' }],
    ['a detail', 401, { detail: 'Invalid refresh token' }],
    ['a message', 401, { statusCode: 401, message: 'Unauthorized' }],
    ['an empty object', 401, {}],
  ])('is said by JSON and status 400 or 401: %s', async (_kind, status, body) => {
    const { browser, clock, answer } = await signedIn()
    clock.seconds += 899.5
    answer((response) => json(response, status, body))

    const response = await browser.post('token')

    expect(await codeOf(response)).toBe('refresh_invalid')
    expect(browser.cookie).toBeUndefined()
  })

  it('is what map.ended says, where it says something', async () => {
    const ended = ({ body }: { body: Record<string, unknown> | null }) => body?.final === true
    const { browser, backend, clock } = await setUpForeign({ rest: { map: { ended } } })
    await browser.login()
    clock.seconds += 899.5
    let final = false
    backend.behaviour.intercept = (_call, response) => {
      json(response, 401, { final })
      return true
    }

    const first = await browser.post('token')
    final = true
    const second = await browser.post('token')

    expect([first.status, second.status]).toEqual([503, 401])
  })
})

describe.each(PASSING)('a sign-in that is answered with %s', (_kind, how) => {
  it('signs nobody in and shows nothing of it', async () => {
    const { browser, answer } = await signedIn(how)
    browser.jar.clear()
    answer(how)

    const response = await browser.login()

    const text = await response.text()
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(JSON.parse(text).type).toMatch(/^urn:countersign:error:/)
    expect(text).not.toMatch(/SECRET|invalid_grant|Not Found|slow down|required/)
    expect(browser.cookie).toBeUndefined()
  })
})

describe('functions of the application that throw', () => {
  it.each(['login', 'tokens', 'user', 'errors'] as const)(
    'map.%s signs nobody in',
    async (name) => {
      const boom = () => {
        throw new RangeError('with a SECRET in it')
      }
      const { browser, warnings } = await setUpForeign({ rest: { map: { [name]: boom } } })
      const password = name === 'errors' ? 'wrong' : undefined

      const response = await browser.login('ada@example.com', password ? { password } : {})

      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(browser.cookie).toBeUndefined()
      expect(warnings.join()).not.toContain('SECRET')
    },
  )

  it.each(['refresh', 'tokens', 'ended'] as const)('map.%s keeps the session', async (name) => {
    let isBroken = false
    const read = (body: Record<string, unknown>) => ({
      ...{ accessToken: body.access_token, refreshToken: body.refresh_token, expiresIn: 900 },
      user: body.user,
    })
    const map = {
      [name]: (body: never) => {
        if (isBroken) throw new RangeError('with a SECRET in it')
        return name === 'tokens' ? read(body) : undefined
      },
    }
    const { browser, backend, clock } = await setUpForeign({ rest: { map } })
    await browser.login()
    clock.seconds += 899.5
    isBroken = true
    if (name === 'ended') for (const family of backend.families) family.ended = true

    const response = await browser.post('token')

    expect(response.status).toBe(503)
    expect(browser.cookie).toBeDefined()
  })
})
