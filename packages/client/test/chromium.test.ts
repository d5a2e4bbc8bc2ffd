import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundle } from './bundle.js'
import { openChromium } from './chromium.js'
import type { Hooks } from './pages/client.js'
import { type Site, startSite } from './site.js'

declare const hooks: Hooks

const ADA = { email: 'ada@b.test', password: 'correct horse' }

let browser: Browser
let script: string
let site: Site
let context: BrowserContext

beforeAll(async () => {
  script = await bundle('client.ts')
  browser = await openChromium()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  site = await startSite({
    '/': '<!doctype html><title>Page</title><script type="module" src="/page.js"></script>',
    '/elsewhere': '<!doctype html><title>Elsewhere</title>',
    '/page.js': script,
  })
  context = await browser.newContext({ baseURL: site.origin })
})
afterEach(async () => {
  await context.close()
  await site.close()
})

async function openTabs(count: number): Promise<Page[]> {
  const tabs = await Promise.all(Array.from({ length: count }, () => context.newPage()))
  await Promise.all(tabs.map((tab) => tab.goto('/')))
  return tabs
}

async function openTab(): Promise<Page> {
  const [tab] = await openTabs(1)
  return tab as Page
}

const tokenOf = (tab: Page) => tab.evaluate(() => hooks.client.getAccessToken())
const stateOf = (tab: Page) => tab.evaluate(() => hooks.client.getState())
const untilStatus = (tab: Page, status: string) =>
  tab.waitForFunction((wanted) => hooks.client.getState().status === wanted, status)

describe('tabs of a real browser', () => {
  it('share a question and its answer', async () => {
    const tabs = await openTabs(4)
    const release = site.holdBack()

    const tokens = Promise.all(tabs.flatMap((tab) => [tokenOf(tab), tokenOf(tab)]))
    await expect.poll(() => site.asked).toBe(1)
    release()

    // A lock may be handed over before the message arrives; then one more tab asks.
    expect(await tokens).not.toContain(null)
    expect(site.asked).toBeLessThan(tabs.length)
  })

  it('lose nothing without lock, channel and single flight; each caller asks', async () => {
    const tabs = await openTabs(2)

    const tokens = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(async () => {
          const client = hooks.aloneClient()
          return Promise.all([1, 2, 3].map(() => client.getAccessToken()))
        }),
      ),
    )

    expect(tokens.flat()).not.toContain(null)
    expect(site.asked).toBeGreaterThanOrEqual(6)
  })

  it('sign in and out together, without asking the server again', async () => {
    site.ended = 'missing_token'
    const [one, two] = (await openTabs(2)) as [Page, Page]
    for (const tab of [one, two]) expect(await tokenOf(tab)).toBeNull()
    const asked = site.asked

    await one.evaluate((person) => hooks.client.signIn(person), ADA)
    await untilStatus(two, 'signed_in')
    expect(await tokenOf(two)).toBe(await tokenOf(one))

    await two.evaluate(() => hooks.client.signOut())
    await untilStatus(one, 'signed_out')
    expect(await stateOf(one)).toMatchObject({ reason: 'signed_out', user: null })
    expect(await tokenOf(one)).toBeNull()
    expect(site.asked).toBe(asked)
  })

  it('go on when the tab that asks is closed', async () => {
    const [one, two] = (await openTabs(2)) as [Page, Page]
    const release = site.holdBack()
    one.evaluate(() => hooks.client.getAccessToken()).catch(() => {})
    await expect.poll(() => site.asked).toBe(1)
    const token = tokenOf(two)

    await one.close()
    await expect.poll(() => site.asked).toBe(2)
    release()

    expect(await token).toMatch(/^header\./)
  })

  it('go on after 5 seconds when a tab keeps the lock', async () => {
    const [one, two] = (await openTabs(2)) as [Page, Page]
    await one.evaluate(
      () =>
        new Promise<void>((held) => {
          const forEver = () => {
            held()
            return new Promise(() => {})
          }
          navigator.locks.request('countersign:/api/auth/token', forEver)
        }),
    )

    const token = tokenOf(two)
    expect(site.asked).toBe(0)

    expect(await token).toMatch(/^header\./)
  })
})

describe('one tab of a real browser', () => {
  it('refreshes before the token runs out, by a clock that is hours off', async () => {
    site.lifetime = 2
    await context.addInitScript(() => {
      const now = Date.now
      Date.now = () => now() - 7_200_000
    })
    const tab = await openTab()
    const first = await tokenOf(tab)

    await expect.poll(() => site.asked, { timeout: 15_000 }).toBeGreaterThan(1)

    await expect.poll(() => tokenOf(tab)).not.toBe(first)
    expect((await stateOf(tab)).status).toBe('signed_in')
  })

  it('is signed in after a time offline, and has a token again', async () => {
    site.lifetime = 1
    const tab = await openTab()
    const first = await tokenOf(tab)
    await context.setOffline(true)
    const failure = () => tab.evaluate(() => hooks.client.getAccessToken().catch((e) => e.code))
    await expect.poll(failure, { timeout: 15_000 }).toBe('service_unavailable')
    expect((await stateOf(tab)).status).toBe('signed_in')

    const asked = site.asked
    await context.setOffline(false)

    await expect.poll(() => site.asked, { timeout: 15_000 }).toBeGreaterThan(asked)
    expect(await tokenOf(tab)).not.toBe(first)
  })

  it.each([
    ['has ended', 'session_ended', 'signed_out'],
    ['is still there', undefined, 'signed_in'],
  ])('learns out of the back/forward cache that the session %s', async (_name, code, status) => {
    const tab = await openTab()
    await tokenOf(tab)
    await tab.goto('/elsewhere')
    site.ended = code
    const asked = site.asked

    await tab.evaluate(() => history.back())

    await expect.poll(() => site.asked).toBeGreaterThan(asked)
    await untilStatus(tab, status)
    expect(await tab.evaluate(() => hooks.restored)).toBe(1)
  })

  it('sends the token where a relative address leads, not where the page is', async () => {
    const other = await startSite({})
    const tab = await openTab()

    await tab.evaluate(() => hooks.client.fetch('/here'))
    await tab.evaluate((href) => {
      document.head.append(Object.assign(document.createElement('base'), { href }))
      return hooks.client.fetch('/there').catch(() => {})
    }, other.origin)

    expect(site.calls.get('/here')).toBe(`Bearer ${await tokenOf(tab)}`)
    expect([...other.calls]).toEqual([['/there', undefined]])
    await other.close()
  })

  it('leaves nothing in any storage', async () => {
    const tab = await openTab()
    await tab.evaluate((person) => hooks.client.signIn(person), ADA)
    expect(await tokenOf(tab)).toMatch(/^header\./)

    const kept = await tab.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      history: history.state,
    }))

    expect(kept).toEqual({
      local: {},
      session: {},
      cookie: '',
      databases: [],
      caches: [],
      history: null,
    })
    expect(JSON.stringify(await stateOf(tab))).not.toContain('header.')
  })
})
