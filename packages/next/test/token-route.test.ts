import { describe, expect, it } from 'vitest'
import { readTokenClaims } from '../src/token-claims.js'
import { COOKIE, codeOf, setUp } from './browser.js'

interface Body {
  accessToken: string
  expiresIn: number
}

async function signedIn() {
  const setup = await setUp()
  await setup.browser.login()
  const [row] = setup.auth.rows.values()
  return { ...setup, sessionId: String(row?.id) }
}

const bodyOf = async (response: Response): Promise<Body> => (await response.json()) as Body
const jtiOf = (body: Body): string => String(readTokenClaims(body.accessToken)?.jti)

describe('POST token', () => {
  it('answers the token of the cookie and what is left of its life', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 100.5

    const response = await browser.post('token')

    expect(await response.json()).toMatchObject({ expiresIn: 799, tokenType: 'Bearer' })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(auth.count('/refresh')).toBe(0)
  })

  it('refreshes when it is due and sets the cookie', async () => {
    const { browser, clock } = await signedIn()
    clock.seconds += 850

    const response = await browser.post('token')

    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ expiresIn: 900 })
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(text).not.toMatch(/csr_|refresh/i)
  })

  it('replaces a rejected token, once', async () => {
    const { browser, auth } = await signedIn()
    const rejected = jtiOf(await bodyOf(await browser.post('token')))

    const fresh = jtiOf(await bodyOf(await browser.post('token', { rejected })))
    const again = jtiOf(await bodyOf(await browser.post('token', { rejected })))

    expect(fresh).not.toBe(rejected)
    expect(again).toBe(fresh)
    expect(auth.count('/refresh')).toBe(1)
  })

  it.each([
    ['of another session', () => 'another-jti'],
    ['that is empty', () => ''],
    ['that is a list', (jti: string) => [jti]],
    ['that is an object', (jti: string) => ({ jti })],
    ['that is a yes', () => true],
    ['that is nothing', () => null],
    ['that is endless', () => 'x'.repeat(60_000)],
    ['that is the token itself', (_: string, accessToken: string) => accessToken],
  ])('is not made to refresh by a name %s', async (_name, make) => {
    const { browser, auth } = await signedIn()
    const body = await bodyOf(await browser.post('token'))

    const rejected = make(jtiOf(body), body.accessToken)
    const answers = [await browser.post('token', { rejected }), await browser.post('token')]

    for (const answer of answers) expect(jtiOf(await bodyOf(answer))).toBe(jtiOf(body))
    expect(auth.count('/refresh')).toBe(0)
  })

  it('replaces a rejected token once for many tabs that say so, and for those that come late', async () => {
    const { browser, auth } = await signedIn()
    const late = browser.clone()
    const rejected = jtiOf(await bodyOf(await browser.post('token')))

    const many = Array.from({ length: 10 }, () => browser.post('token', { rejected }))
    for (const answer of await Promise.all(many)) expect(answer.status).toBe(200)
    expect(auth.count('/refresh')).toBe(1)

    // Its cookie is still the old one: the auth server answers it like the others, without rotating.
    expect((await late.post('token', { rejected })).status).toBe(200)
    expect([...auth.rows.values()][0]?.generation).toBe(2)
  })

  it('calls the server once for parallel questions', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900

    const bodies = await Promise.all(
      Array.from({ length: 10 }, async () => bodyOf(await browser.post('token'))),
    )

    expect(auth.count('/refresh')).toBe(1)
    expect(new Set(bodies.map(jtiOf)).size).toBe(1)
  })

  it('survives an answer that got lost', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900
    await browser.clone().post('token')

    const again = await browser.clone().post('token')
    clock.seconds += 11
    const later = await browser.post('token')

    expect([again.status, later.status]).toEqual([200, 200])
    expect(auth.count('/refresh')).toBe(2)
  })

  it.each([undefined, 'garbage', 'v1.AAAAAAAA.AAAA'])(
    'answers 401 to a visitor with the cookie %s, and deletes nothing',
    async (value) => {
      const { browser } = await setUp()
      if (value) browser.jar.set(COOKIE, value)

      const response = await browser.post('token')

      expect([response.status, await codeOf(response)]).toEqual([401, 'missing_token'])
      expect(response.headers.getSetCookie()).toEqual([])
    },
  )

  it('answers code and reason when the session has ended, and deletes the cookie', async () => {
    const { browser, auth, clock, sessionId } = await signedIn()
    auth.end(sessionId, 'idle_timeout')
    clock.seconds += 900

    const response = await browser.post('token')

    expect(response.status).toBe(401)
    expect(response.headers.getSetCookie()[0]).toBe(
      `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0`,
    )
    expect(await response.json()).toMatchObject({ code: 'session_ended', reason: 'idle_timeout' })
  })

  it('leaves the cookie to a caller that asks twice', async () => {
    const { browser, auth, clock, sessionId } = await signedIn()
    auth.end(sessionId, 'idle_timeout')
    clock.seconds += 900

    const response = await browser.post('token', { keepCookie: true })

    expect([response.status, await codeOf(response)]).toEqual([401, 'session_ended'])
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('answers 503 with Retry-After when it cannot be told, and keeps the cookie', async () => {
    const { browser, auth, clock } = await signedIn()
    clock.seconds += 900
    auth.behaviour.intercept = () =>
      Response.json(
        { code: 'service_unavailable' },
        { status: 503, headers: { 'retry-after': '9' } },
      )

    const response = await browser.post('token')

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '9'])
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('answers the old token while it is valid and the server is not there', async () => {
    const { browser, auth, clock } = await signedIn()
    const old = jtiOf(await bodyOf(await browser.post('token')))
    clock.seconds += 850
    auth.behaviour.intercept = () => Promise.reject(new TypeError('down'))

    const response = await browser.post('token')

    expect(jtiOf(await bodyOf(response))).toBe(old)
  })

  it('never answers a token that was rejected', async () => {
    const { browser, auth } = await signedIn()
    const rejected = jtiOf(await bodyOf(await browser.post('token')))
    auth.behaviour.intercept = () => Promise.reject(new TypeError('down'))

    expect((await browser.post('token', { rejected })).status).toBe(503)
  })

  it('refuses the answer for another session', async () => {
    const { browser, auth, clock } = await signedIn()
    const other = browser.clone()
    other.jar.clear()
    await other.login('grace@example.com')
    const foreign = [...auth.rows.values()][1]
    clock.seconds += 900
    auth.behaviour.intercept = ({ path, body }) =>
      path === '/refresh' && !String(body.refreshToken).includes(String(foreign?.id))
        ? auth.fetch('http://auth.test/api/auth/refresh', {
            method: 'POST',
            body: JSON.stringify({ refreshToken: `csr_${foreign?.id}.1` }),
          })
        : undefined

    const response = await browser.post('token')

    expect(response.status).toBe(503)
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

describe('POST refresh', () => {
  it('refreshes although it is not due', async () => {
    const { browser, auth } = await signedIn()

    const response = await browser.post('refresh')

    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(auth.count('/refresh')).toBe(1)
  })

  it('answers 401 to a visitor', async () => {
    const { browser } = await setUp()

    expect(await codeOf(await browser.post('refresh'))).toBe('missing_token')
  })
})
