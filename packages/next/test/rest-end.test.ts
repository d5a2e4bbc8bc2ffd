import { afterEach, describe, expect, it } from 'vitest'
import { cookieBehind } from './browser.js'
import { closeForeign, setUpForeign } from './foreign-app.js'

afterEach(closeForeign)

describe('a backend without refresh', () => {
  it('works until its token ends, which it announces', async () => {
    const { browser, backend, clock } = await setUpForeign()
    backend.behaviour.rotation = 'none'
    await browser.login()
    clock.seconds += 870

    const near = await browser.post('token')
    const page = await browser.visit()

    expect(await near.json()).toMatchObject({ expiresIn: 30, isEnding: true })
    expect(cookieBehind(page)).toContain('countersign=')
    expect(backend.count('/refresh')).toBe(0)
  })

  it('says a minute less, so that a browser comes back to hear of the end', async () => {
    const { browser, backend, clock } = await setUpForeign()
    backend.behaviour.rotation = 'none'
    const first = (await (await browser.login()).json()) as Record<string, number>
    clock.seconds += 300

    const second = await (await browser.post('token')).json()

    expect(first).toMatchObject({ expiresIn: 840, exp: 1_800_000_840 })
    expect(second).toMatchObject({ expiresIn: 540, iat: 1_800_000_300, exp: 1_800_000_840 })
    expect(second).not.toHaveProperty('isEnding')
  })

  it('serves a token that somebody rejects, for there is no other', async () => {
    const { browser, backend } = await setUpForeign()
    backend.behaviour.rotation = 'none'
    const login = (await (await browser.login()).json()) as { jti: string }

    const response = await browser.post('token', { rejected: login.jti })

    expect(await response.json()).toMatchObject({ jti: login.jti })
  })

  it('ends the session then, and says why', async () => {
    const { browser, backend, clock } = await setUpForeign()
    backend.behaviour.rotation = 'none'
    await browser.login()
    clock.seconds += 900

    const response = await browser.post('token')

    expect(await response.json()).toMatchObject({ code: 'session_ended', reason: 'expired' })
    expect(browser.cookie).toBeUndefined()
  })
})

describe('a refresh token that ends', () => {
  /** Ends after so many seconds; its access token after 900. */
  async function shortened(refreshSeconds: number) {
    const setup = await setUpForeign()
    setup.backend.behaviour.reshape = (body) => ({ ...body, refresh_expires_in: refreshSeconds })
    await setup.browser.login()
    return setup
  }

  it('leaves the access token to its end, which is announced', async () => {
    const { browser, backend, clock } = await shortened(800)
    clock.seconds += 810
    const early = await (await browser.post('token', { rejected: 'another' })).json()
    clock.seconds += 35

    const late = await (await browser.post('token')).json()
    const page = await browser.visit()

    expect(early).toMatchObject({ expiresIn: 30 })
    expect(late).toMatchObject({ expiresIn: 55, isEnding: true })
    expect(cookieBehind(page)).toContain('countersign=')
    expect(backend.count('/refresh')).toBe(0)
    clock.seconds += 55
    expect(await (await browser.post('token')).json()).toMatchObject({ reason: 'expired' })
  })

  it('is used while it is good, and nothing is announced', async () => {
    const { browser, backend, clock } = await shortened(895)
    clock.seconds += 890

    const body = await (await browser.post('token')).json()

    expect(body).toMatchObject({ expiresIn: 900 })
    expect(body).not.toHaveProperty('isEnding')
    expect(backend.count('/refresh')).toBe(1)
  })

  it('never ends where 0 is said', async () => {
    const { browser, clock } = await shortened(0)
    clock.seconds += 890

    expect((await browser.post('token')).status).toBe(200)
    expect(browser.cookie).toBeDefined()
  })
})
