import { describe, expect, it } from 'vitest'
import { FakeBrowser, makeToken, problem, settle, tokenBody, user } from './fake-browser.js'

async function openTab(browser = new FakeBrowser(), options = {}) {
  const tab = browser.tab(options)
  tab.client.subscribe(() => {})
  await settle()
  return { browser, tab, client: tab.client }
}

function withLifetime(life: number): FakeBrowser {
  const browser = new FakeBrowser()
  browser.answerToken = () =>
    Response.json(tokenBody(makeToken({ iat: 1000 + browser.seconds, life }), life))
  return browser
}

describe('proactive refresh', () => {
  it.each([
    [0, 840],
    [0.5, 780],
    [0.999, 720],
  ])('comes at a random moment in the two minutes before the last one (%d)', async (chance, at) => {
    const browser = new FakeBrowser()
    browser.chance = chance
    const { tab } = await openTab(browser)

    await tab.pass(at - 1)
    expect(browser.asked).toHaveLength(1)
    await tab.pass(2)

    expect(browser.asked).toHaveLength(2)
    expect(browser.asked[1]?.body.rejected).toBeDefined()
  })

  it('goes on for as long as the tab is open, without a change of state', async () => {
    const { browser, tab, client } = await openTab()
    let changes = 0
    client.subscribe(() => {
      changes += 1
    })

    await tab.pass(8 * 3600)

    expect(browser.asked.length).toBeGreaterThan(30)
    expect(browser.asked.length).toBeLessThan(40)
    expect(changes).toBe(0)
  })

  it('scales with tokens of 5 seconds', async () => {
    const browser = withLifetime(5)
    browser.chance = 0.5
    const { tab } = await openTab(browser)

    await tab.pass(4)
    expect(browser.asked).toHaveLength(1)
    await tab.pass(0.5)
    expect(browser.asked).toHaveLength(2)
  })

  it('does not happen in a hidden tab, and at once when it is shown again', async () => {
    const { browser, tab } = await openTab()
    tab.visible = false

    await tab.pass(3600)
    expect(browser.asked).toHaveLength(1)
    await tab.wake('visible')

    expect(browser.asked).toHaveLength(2)
  })

  it('does not happen because a fresh tab is shown', async () => {
    const { browser, tab } = await openTab()

    tab.visible = false
    await tab.pass(100)
    await tab.wake('visible')

    expect(browser.asked).toHaveLength(1)
  })

  it.each(['visible', 'online'] as const)('happens on %s after a sleep', async (why) => {
    const { browser, tab } = await openTab()

    tab.sleep(2000)
    await tab.wake(why)

    expect(browser.asked).toHaveLength(2)
  })

  it('keeps a valid token when it fails, and tries again with growing waits', async () => {
    const { browser, tab, client } = await openTab()
    const first = await client.getAccessToken()
    browser.answerToken = () => problem(503, 'service_unavailable')

    await tab.pass(842)
    expect(browser.asked).toHaveLength(2)
    await tab.pass(5)
    expect(browser.asked).toHaveLength(3)
    await tab.pass(7)
    expect(browser.asked).toHaveLength(3)
    await tab.pass(2)
    expect(browser.asked).toHaveLength(4)

    expect(await client.getAccessToken()).toBe(first)
    expect(client.getState().status).toBe('signed_in')
  })

  it('waits as long as Retry-After says', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => Response.json({}, { status: 503, headers: { 'retry-after': '30' } })
    const { tab } = await openTab(browser)

    await tab.pass(29)
    expect(browser.asked).toHaveLength(1)
    await tab.pass(2)
    expect(browser.asked).toHaveLength(2)
  })

  it('recovers from a server that was down when the page was opened', async () => {
    const browser = new FakeBrowser()
    const up = browser.answerToken
    browser.answerToken = () => Promise.reject(new TypeError('offline'))
    const { tab, client } = await openTab(browser)
    expect(client.getState().status).toBe('loading')

    browser.answerToken = up
    await tab.pass(6)

    expect(client.getState().status).toBe('signed_in')
  })

  it('gets over a minute offline, and asks at once when it is over', async () => {
    const browser = new FakeBrowser()
    const { tab, client } = await openTab(browser)
    const up = browser.answerToken
    const first = await client.getAccessToken()
    browser.answerToken = () => Promise.reject(new TypeError('Failed to fetch'))
    await tab.pass(900)
    await expect(client.getAccessToken()).rejects.toMatchObject({ code: 'service_unavailable' })
    expect(client.getState().status).toBe('signed_in')

    browser.answerToken = up
    await tab.wake('online')

    expect(await client.getAccessToken()).not.toBe(first)
    expect(client.getState().status).toBe('signed_in')
  })

  it('takes up again after a sign-in in another tab', async () => {
    const browser = new FakeBrowser()
    const { tab, client } = await openTab(browser)
    await client.signOut()
    const other = browser.tab()
    await other.client.signIn({ email: 'ada@b.test', password: 'secret' })
    await tab.pass(1)
    browser.asked.length = 0

    await tab.pass(850)

    expect(browser.asked).toHaveLength(1)
  })

  it('does not ask in a loop when every answer is already old', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () =>
      Response.json(tokenBody(makeToken({ iat: 1000 + browser.seconds }), 30))
    const { tab } = await openTab(browser)

    await tab.pass(300)

    expect(browser.asked.length).toBeLessThan(10)
  })

  it('leaves the refresh to the tab that comes first', async () => {
    const browser = new FakeBrowser()
    const one = browser.tab()
    const two = browser.tab()
    for (const { client } of [one, two]) client.subscribe(() => {})
    await settle()

    await one.pass(841)
    expect(browser.asked).toHaveLength(2)
    await two.pass(1)

    expect(browser.asked).toHaveLength(2)
  })

  it('stops when signed out or closed', async () => {
    const { browser, tab, client } = await openTab()
    await client.signOut()
    await tab.pass(3600)
    expect(browser.asked).toHaveLength(1)

    const other = await openTab(browser)
    other.client.close()
    expect(other.tab.timerCount).toBe(0)
  })
})

describe('a page out of the back/forward cache', () => {
  it('asks who is signed in', async () => {
    const { browser, tab, client } = await openTab()
    browser.answerToken = () => problem(401, 'missing_token')

    await tab.wake('restored')

    expect(client.getState().status).toBe('signed_out')
  })

  it('asks again when the server could not tell', async () => {
    const { browser, tab, client } = await openTab()
    browser.answerToken = () => problem(503, 'service_unavailable')
    await tab.wake('restored')
    browser.answerToken = () => problem(401, 'session_ended')

    await tab.pass(6)

    expect(client.getState()).toMatchObject({ status: 'signed_out', reason: 'session_ended' })
  })

  it('stays signed in when the server cannot tell', async () => {
    const { browser, tab, client } = await openTab()
    browser.answerToken = () => problem(503, 'service_unavailable')

    await tab.wake('restored')

    expect(client.getState().status).toBe('signed_in')
  })
})

describe('a session that no refresh prolongs', () => {
  /** The token route for it: a token of 900 seconds that is not for us to read. */
  function withoutRefresh(): FakeBrowser {
    const browser = new FakeBrowser()
    browser.chance = 0.5
    browser.answerToken = () => {
      const left = Math.floor(900 - browser.seconds)
      if (left < 1) return problem(401, 'session_ended', { reason: 'expired' })
      const isEnding = left <= 65
      const expiresIn = isEnding ? left : left - 60
      const iat = 5000 + Math.floor(browser.seconds)
      const claims = { jti: 'token-1', sid: 'session-1', iat, exp: iat + expiresIn }
      return Response.json({
        ...{ accessToken: 'opaque', tokenType: 'Bearer', expiresIn, user, ...claims },
        ...(isEnding ? { isEnding } : {}),
      })
    }
    return browser
  }

  it('is announced a minute before, once, and ends in time with the reason', async () => {
    const { browser, tab, client } = await openTab(withoutRefresh())
    const states: [number, string, boolean | undefined][] = []
    client.subscribe(() => {
      const state = client.getState()
      const isEnding = state.status === 'signed_in' ? state.isEnding : undefined
      states.push([Math.floor(browser.seconds), state.status, isEnding])
    })

    await tab.pass(1000)

    expect(states).toEqual([
      [expect.any(Number), 'signed_in', true],
      [expect.any(Number), 'signed_out', undefined],
    ])
    expect(states[0]?.[0]).toBeGreaterThanOrEqual(834)
    expect(states[0]?.[0]).toBeLessThanOrEqual(841)
    expect(states[1]?.[0]).toBeLessThanOrEqual(902)
    expect(client.getState().reason).toBe('expired')
    expect(browser.asked.length).toBeLessThan(15)
  })

  it('is not announced while it goes on', async () => {
    const { tab, client } = await openTab()

    await tab.pass(3600)

    expect(client.getState()).not.toHaveProperty('isEnding', true)
  })
})
