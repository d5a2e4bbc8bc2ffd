import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readSession, type SealedSession, sealSession } from '../src/sealed-session.js'
import { resolveSettings } from '../src/settings.js'
import { COOKIE, codeOf, cookieBehind, ORIGIN, SECRET, type Setup, setUp } from './browser.js'
import { AUDIENCE, SERVER_URL } from './fake-auth-server.js'

const incoming = { headers: new Headers() }
vi.mock('next/headers.js', () => ({ headers: async () => incoming.headers }))

const settingsWith = (cookieSecret: string) =>
  resolveSettings({ server: SERVER_URL, audience: AUDIENCE, origin: ORIGIN, cookieSecret }, {})
const settings = settingsWith(SECRET)

/** Ada and Grace are signed in; `cookie` is Ada's and `sealed` what is in it. */
async function twoPeople() {
  const setup = await setUp()
  await setup.browser.login('ada@example.com')
  const cookie = String(setup.browser.cookie)
  const other = setup.browser.clone()
  other.jar.clear()
  await other.login('grace@example.com')
  const open = (value: string | undefined) =>
    readSession(`${COOKIE}=${value}`, settings) as SealedSession
  return { ...setup, cookie, sealed: open(cookie), others: open(other.cookie) }
}

type People = Awaited<ReturnType<typeof twoPeople>>

const middle = (text: string) => Math.floor(text.length / 2)

/** A `Cookie` header that is no session, made of what an attacker may hold. */
const UNREADABLE: [string, (people: People) => string][] = [
  ['empty', () => `${COOKIE}=`],
  ['forged', () => `${COOKIE}=v1.AAAAAAAA.${'A'.repeat(600)}`],
  [
    'sealed by another secret',
    ({ sealed }) => `${COOKIE}=${sealSession(sealed, settingsWith(`other ${SECRET}`))}`,
  ],
  ['truncated at its end', ({ cookie }) => `${COOKIE}=${cookie.slice(0, -1)}`],
  ['truncated to a half', ({ cookie }) => `${COOKIE}=${cookie.slice(0, middle(cookie))}`],
  ['truncated to its version', () => `${COOKIE}=v1.`],
  [
    'changed in one character',
    ({ cookie }) => {
      const at = middle(cookie)
      return `${COOKIE}=${cookie.slice(0, at)}${cookie[at] === 'A' ? 'B' : 'A'}${cookie.slice(at + 1)}`
    },
  ],
  ['oversized', ({ cookie }) => `${COOKIE}=${cookie}${'A'.repeat(9000)}`],
  ['there twice', ({ cookie }) => `${COOKIE}=${cookie}; ${COOKIE}=${cookie}`],
  ['planted beside ours', ({ cookie }) => `${COOKIE}=planted; ${COOKIE}=${cookie}`],
  ['under the name for plain http', ({ cookie }) => `countersign=${cookie}`],
  ['under a name with a space that browsers see', ({ cookie }) => `\u00a0${COOKIE}=${cookie}`],
  ['in quotes', ({ cookie }) => `${COOKIE}="${cookie}"`],
]

/** One that opens, but whose parts do not belong together; only who holds the secret could make it. */
const SWAPPED: [string, (people: People) => Partial<SealedSession>][] = [
  ['the token of another session', ({ others }) => ({ accessToken: others.accessToken })],
  ['another user', ({ others }) => ({ user: others.user })],
  ['another session id', ({ others }) => ({ sessionId: others.sessionId })],
  ['no token at all', () => ({ accessToken: 'a.b.c' })],
]

async function sessionBehind({ app, browser }: Setup, cookie: string) {
  const response = await browser.visit('/tasks', { headers: { cookie } })
  incoming.headers = new Headers({ cookie: cookieBehind(response) ?? '' })
  return { response, session: await app.getSession(), accessToken: await app.getAccessToken() }
}

beforeEach(() => {
  incoming.headers = new Headers()
})

describe('a cookie that is', () => {
  it.each(UNREADABLE)('%s makes nobody signed in, anywhere', async (_name, make) => {
    const people = await twoPeople()
    const calls = people.auth.calls.length
    const cookie = make(people)

    const { response, session, accessToken } = await sessionBehind(people, cookie)
    const token = await people.browser.post('token', {}, { cookie })
    const me = await people.browser.call('me', { headers: { cookie } })

    expect([session, accessToken]).toEqual([null, null])
    expect(response.headers.getSetCookie()).toEqual([])
    expect([token.status, await codeOf(token)]).toEqual([401, 'missing_token'])
    expect(me.status).toBe(401)
    expect(people.auth.calls.length).toBe(calls)
  })

  it('whole makes somebody signed in', async () => {
    const people = await twoPeople()

    const { session } = await sessionBehind(people, `a=1; ${COOKIE}=${people.cookie}; b="2"`)

    expect(session?.user.email).toBe('ada@example.com')
  })

  it('from long ago makes nobody signed in while the server cannot be asked', async () => {
    const people = await twoPeople()
    people.clock.seconds += 86_400
    people.auth.behaviour.intercept = () => new Response(null, { status: 503 })

    const { session } = await sessionBehind(people, `${COOKIE}=${people.cookie}`)

    expect(session).toBeNull()
    expect((await people.browser.post('token')).status).toBe(503)
  })
})

describe('a cookie with', () => {
  it.each(SWAPPED)('%s makes nobody signed in', async (_name, change) => {
    const people = await twoPeople()
    const value = sealSession({ ...people.sealed, ...change(people) }, settings)

    const { session, accessToken } = await sessionBehind(people, `${COOKIE}=${value}`)

    expect([session, accessToken]).toEqual([null, null])
  })
})
