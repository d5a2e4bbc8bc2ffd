import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AUTH_ORIGIN,
  BROWSER,
  expectProblem,
  NO_BODY,
  newEmail,
  PASSWORD,
  rowCounts,
  startServer,
  type TestServer,
  WEB_ORIGIN,
} from './server-fixture.js'

let server: TestServer
let cookie: string
let rows: Record<string, number>
beforeAll(async () => {
  server = await startServer()
  cookie = (await server.signUpInBrowser()).cookie
  rows = await rowCounts(server.database)
})
afterAll(() => server?.close())

const STATE_CHANGING = [
  ['POST', '/signup'],
  ['POST', '/register'],
  ['POST', '/login'],
  ['POST', '/refresh'],
  ['POST', '/logout'],
  ['DELETE', '/sessions'],
  ['DELETE', '/sessions/1f0a9f0e-0000-4000-8000-000000000000'],
] as const

const FOREIGN = [
  ['another site', 'https://evil.example'],
  ['a host that begins like a trusted one', `${WEB_ORIGIN}.evil.example`],
  ['a host that ends like a trusted one', 'https://evilapp.example.com'],
  ['a subdomain', 'https://a.app.example.com'],
  ['another port', `${WEB_ORIGIN}:8443`],
  ['another scheme', WEB_ORIGIN.replace('https', 'http')],
  ['a path', `${WEB_ORIGIN}/`],
  ['capital letters', WEB_ORIGIN.toUpperCase()],
  ['user information', 'https://app.example.com@evil.example'],
  ['no origin', 'null'],
  ['an empty origin', ''],
  ['two origins', `${WEB_ORIGIN}, https://evil.example`],
] as const

describe.each(STATE_CHANGING)('%s %s', (method, path) => {
  it.each(FOREIGN)('refuses a page of %s', async (_name, Origin) => {
    const headers = { ...NO_BODY, Origin, 'Sec-Fetch-Site': 'same-origin', Cookie: cookie }
    const answer = await server.call(method, path, { headers })

    await expectProblem(answer, 403, 'csrf_rejected')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it.each(['cross-site', 'same-site', 'none', ''])(
    'refuses a page without an origin whose site is "%s"',
    async (site) => {
      const headers = { ...NO_BODY, 'Sec-Fetch-Site': site, Cookie: cookie }

      await expectProblem(await server.call(method, path, { headers }), 403, 'csrf_rejected')
    },
  )

  it.each([
    ['nothing that a form cannot send', {}],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['a form with files', { 'Content-Type': 'multipart/form-data; boundary=x' }],
    ['text', { 'Content-Type': 'text/plain' }],
    ['JSON in other words', { 'Content-Type': 'text/plain; x=application/json' }],
  ])('refuses a trusted page that sends %s', async (_name, headers) => {
    const all = { ...BROWSER, Cookie: cookie, ...headers }

    await expectProblem(await server.call(method, path, { headers: all }), 403, 'csrf_rejected')
  })
})

it('writes nothing for any of them', async () => {
  expect(await rowCounts(server.database)).toEqual(rows)
})

it.each([
  ['its web origin', { Origin: WEB_ORIGIN }],
  ['its own origin', { Origin: AUTH_ORIGIN }],
  ['the same origin, by what the browser says', { 'Sec-Fetch-Site': 'same-origin' }],
])('lets a page of %s in', async (_name, headers) => {
  const body = { email: newEmail(), password: PASSWORD }

  expect((await server.post('/signup', body, headers)).status).toBe(201)
})

it('lets a trusted page refresh with no body and our header', async () => {
  expect((await server.fromBrowser('POST', '/refresh', cookie)).status).toBe(200)
})

it('asks nothing of a caller that is no browser', async () => {
  const { refreshToken } = await server.signUp()

  expect((await server.refresh(refreshToken)).status).toBe(200)
})

it('lets any page read what changes nothing, without saying so to its script', async () => {
  const answer = await server.get('/health/live', { Origin: 'https://evil.example' })

  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})
