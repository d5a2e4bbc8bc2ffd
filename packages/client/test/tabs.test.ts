import { describe, expect, it } from 'vitest'
import {
  API,
  FakeBrowser,
  type FakeTab,
  makeToken,
  problem,
  settle,
  TOKEN_URL,
  tokenBody,
} from './fake-browser.js'

async function openTabs(browser: FakeBrowser, count: number): Promise<FakeTab[]> {
  const tabs = Array.from({ length: count }, () => browser.tab())
  for (const { client } of tabs) client.subscribe(() => {})
  await settle()
  return tabs
}

describe('tabs of one browser', () => {
  it('share one question and its answer', async () => {
    const browser = new FakeBrowser()

    const tabs = await openTabs(browser, 4)

    const tokens = await Promise.all(tabs.map(({ client }) => client.getAccessToken()))
    expect(new Set(tokens).size).toBe(1)
    expect(browser.asked).toHaveLength(1)
  })

  it('renew once when all of them meet a 401', async () => {
    const browser = new FakeBrowser()
    const tabs = await openTabs(browser, 4)
    const first = await tabs[0]?.client.getAccessToken()
    browser.answerApi = ({ headers }) =>
      headers.get('authorization') === `Bearer ${first}` ? problem(401, 'x') : new Response('ok')

    const responses = await Promise.all(tabs.map(({ client }) => client.fetch(API)))

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(browser.asked).toHaveLength(2)
  })

  it('ask each for itself when there are no locks and no channels', async () => {
    const browser = new FakeBrowser()
    const tabs = [1, 2].map(() =>
      browser.tab({ runtime: { locks: undefined, openChannel: () => undefined } }),
    )

    const tokens = await Promise.all(tabs.map(({ client }) => client.getAccessToken()))

    expect(tokens).not.toContain(null)
    expect(browser.asked).toHaveLength(2)
  })

  it('ask once for every caller when nothing is shared at all', async () => {
    const browser = new FakeBrowser()
    const runtime = { locks: undefined, openChannel: () => undefined, singleFlight: false }
    const { client } = browser.tab({ runtime })

    const tokens = await Promise.all([1, 2, 3].map(() => client.getAccessToken()))

    expect(tokens).not.toContain(null)
    expect(browser.asked.length).toBeGreaterThanOrEqual(3)
  })

  it('go on after 5 seconds when a frozen tab keeps the lock', async () => {
    const browser = new FakeBrowser()
    browser.freezeLock()
    const tab = browser.tab()
    const token = tab.client.getAccessToken()

    await tab.pass(4.9)
    expect(browser.asked).toHaveLength(0)
    await tab.pass(0.2)

    expect(await token).toMatch(/^header\./)
    expect(browser.asked).toHaveLength(1)
  })

  it('sign out together', async () => {
    const browser = new FakeBrowser()
    const tabs = await openTabs(browser, 3)

    await tabs[0]?.client.signOut()
    await settle()

    for (const { client } of tabs) expect(client.getState().status).toBe('signed_out')
    expect(browser.signOuts).toHaveLength(1)
  })

  it('learn together that and why the session has ended', async () => {
    const browser = new FakeBrowser()
    const tabs = await openTabs(browser, 2)
    const first = await tabs[0]?.client.getAccessToken()
    browser.answerToken = () => problem(401, 'session_ended', { reason: 'revoked' })

    await tabs[0]?.client.getAccessToken({ not: String(first) })
    await settle()

    expect(tabs[1]?.client.getState()).toMatchObject({ status: 'signed_out', reason: 'revoked' })
  })

  it('sign in together', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(401, 'missing_token')
    const tabs = await openTabs(browser, 2)
    const answer = tokenBody()

    tabs[0]?.client.adopt(answer)
    await settle()

    expect(await tabs[1]?.client.getAccessToken()).toBe(answer.accessToken)
  })

  it('do not take an older token for a newer one', async () => {
    const browser = new FakeBrowser()
    const [one, two] = await openTabs(browser, 2)
    const newer = tokenBody(makeToken({ iat: 5000 }))
    const older = tokenBody(makeToken({ iat: 4000 }))
    one?.client.adopt(newer)
    await settle()
    browser.answerToken = () => Response.json(older)

    await two?.client.refresh()
    await settle()

    expect(await one?.client.getAccessToken()).toBe(newer.accessToken)
    expect(await two?.client.getAccessToken()).toBe(newer.accessToken)
  })

  it('take an older token once the newer one has run out, as after a clock was set back', async () => {
    const browser = new FakeBrowser()
    const [one] = await openTabs(browser, 1)
    one?.client.adopt(tokenBody(makeToken({ iat: 5000 })))
    const older = tokenBody(makeToken({ iat: 4000 }))
    browser.answerToken = () => Response.json(older)

    browser.seconds += 901

    expect(await one?.client.getAccessToken()).toBe(older.accessToken)
  })

  it('count the time for which a message waited in a frozen tab', async () => {
    const browser = new FakeBrowser()
    const [one] = await openTabs(browser, 1)
    const other = browser.openChannel(`countersign:${TOKEN_URL}`, () => {})
    const answer = tokenBody(makeToken({ iat: 1500 }))
    const sentAt = browser.seconds + browser.wallOffset
    browser.seconds += 600
    other.postMessage({ ...answer, replace: true, sentAt })
    await settle()
    expect(await one?.client.getAccessToken()).toBe(answer.accessToken)

    browser.seconds += 250

    expect(await one?.client.getAccessToken()).not.toBe(answer.accessToken)
  })

  it.each([true, false])(
    'do not end a newer session because an older one has ended (%s)',
    async (replace) => {
      const browser = new FakeBrowser()
      const [one] = await openTabs(browser, 1)
      const other = browser.openChannel(`countersign:${TOKEN_URL}`, () => {})
      const first = await one?.client.getAccessToken()
      const answer = tokenBody(makeToken({ sid: 'session-2', iat: 2000 }))
      browser.answerToken = async () => {
        other.postMessage({ ...answer, replace, sentAt: browser.seconds + browser.wallOffset })
        await settle()
        return problem(401, 'session_ended')
      }

      await one?.client.getAccessToken({ not: String(first) })
      await settle()

      expect(await one?.client.getAccessToken()).toBe(answer.accessToken)
    },
  )

  it('never take up a session again that was signed out', async () => {
    const browser = new FakeBrowser()
    const [one, two] = await openTabs(browser, 2)
    await one?.client.signOut()
    await settle()
    browser.answerToken = () => Response.json(tokenBody(makeToken({ iat: 9000 })))

    expect((await two?.client.refresh())?.status).toBe('signed_out')
  })

  it('ask no more after a sign-out that came while they waited for the lock', async () => {
    const browser = new FakeBrowser()
    const [one, two] = await openTabs(browser, 2)
    const first = await two?.client.getAccessToken()
    browser.freezeLock()
    const waiting = two?.client.getAccessToken({ not: String(first) })

    await one?.client.signOut()
    await two?.pass(6)

    expect(await waiting).toBeNull()
    expect(browser.asked).toHaveLength(1)
    expect(two?.client.getState()).toMatchObject({ reason: 'signed_out' })
  })

  it('ignore messages of another shape', async () => {
    const browser = new FakeBrowser()
    const [one] = await openTabs(browser, 1)
    const before = await one?.client.getAccessToken()
    const channel = browser.openChannel(`countersign:${TOKEN_URL}`, () => {})

    for (const message of [
      null,
      1,
      'end',
      {},
      { replace: true },
      { accessToken: 'a.b.c', user: {} },
    ]) {
      channel.postMessage(message)
    }
    await settle()

    expect(await one?.client.getAccessToken()).toBe(before)
  })
})
