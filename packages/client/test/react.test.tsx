import type { Browser, BrowserContext, Page } from 'playwright-core'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../src/index.js'
import { type InitialSession, SignedIn, useClient } from '../src/react.js'
import { bundle } from './bundle.js'
import { complaintsOf, openChromium } from './chromium.js'
import { user } from './fake-browser.js'
import { App } from './pages/app.js'
import type { Hooks } from './pages/react.js'
import { type Site, startSite } from './site.js'

declare const hooks: Hooks

const ADA: InitialSession = { user }
const SIGNED_IN = `signed_in ${user.email}[in][user][no admin]`

type Known = InitialSession | null | undefined

describe('a page on the server', () => {
  const textOf = (initialSession: Known) =>
    renderToString(<App client={createClient()} initialSession={initialSession} />).replace(
      /<.*?>/g,
      '',
    )

  it.each([
    ['who is signed in', ADA, SIGNED_IN],
    ['an admin', { user: { ...user, role: 'admin' } }, `signed_in ${user.email}[in][user][admin]`],
    ['that nobody is', null, 'signed_out[out][no admin]'],
    ['nothing where it knows nothing', undefined, 'loading'],
  ])('shows %s', (_name, initialSession, text) => {
    expect(textOf(initialSession)).toBe(text)
  })

  it.each([SignedIn, useClient])('refuses to guess without a provider', (Part) => {
    const Page = () => <>{Part({}) as string}</>

    expect(() => renderToString(<Page />)).toThrow('SessionProvider')
  })
})

describe('a page in the browser', () => {
  let browser: Browser
  let script: string
  let site: Site
  let context: BrowserContext
  let complaints: string[]

  beforeAll(async () => {
    script = await bundle('react.tsx')
    browser = await openChromium()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    site = await startSite({
      '/react.js': script,
      '/ada': html(ADA),
      '/nobody': html(null),
      '/unknown': html(undefined),
      '/wrong': html(ADA, null),
    })
    context = await browser.newContext({ baseURL: site.origin })
    complaints = complaintsOf(context)
  })
  afterEach(async () => {
    await context.close()
    await site.close()
  })

  /** What a server sends that knows `session`, and tells the script `told`. */
  function html(session: Known, told = session): string {
    const drawn = renderToString(<App client={createClient()} initialSession={session} />)
    const data = told === undefined ? '' : ` data-session='${JSON.stringify([told])}'`
    return `<!doctype html><title>Page</title><main${data}>${drawn}</main><script type="module" src="/react.js"></script>`
  }

  async function open(path: string): Promise<Page> {
    const page = await context.newPage()
    await page.goto(path)
    return page
  }
  const shows = (page: Page, text: string) =>
    expect.poll(() => page.locator('main').textContent(), { timeout: 10_000 }).toBe(text)
  /** Until the client has its answer. */
  const settled = (page: Page) =>
    page.waitForFunction(() => hooks.client.getState().status !== 'loading')
  const drawn = (page: Page) => page.evaluate(() => [...new Set(hooks.drawn)])

  it('wakes up as it was rendered, without a flash and without a warning', async () => {
    const page = await open('/ada')

    await settled(page)

    await shows(page, SIGNED_IN)
    expect(await drawn(page)).toEqual(['signed_in'])
    expect(complaints).toEqual([])
  })

  it('wakes up signed out in the same way', async () => {
    site.ended = 'missing_token'
    const page = await open('/nobody')

    await settled(page)

    await shows(page, 'signed_out[out][no admin]')
    expect(await drawn(page)).toEqual(['signed_out'])
    expect(complaints).toEqual([expect.stringContaining('status of 401')])
  })

  it('asks where no server has rendered it', async () => {
    const page = await open('/unknown')

    await shows(page, SIGNED_IN)

    expect(await drawn(page)).toEqual(['loading', 'signed_in'])
    expect(complaints).toEqual([])
  })

  it('would tell of a rendering that differs', async () => {
    await open('/wrong')

    await expect.poll(() => complaints.join(), { timeout: 10_000 }).toContain('Hydration failed')
  })

  it('corrects what the server thought, and says why', async () => {
    site.ended = 'session_ended'

    const page = await open('/ada')

    await shows(page, 'signed_out session_ended[out][no admin]')
    expect(await drawn(page)).toEqual(['signed_in', 'signed_out'])
  })

  it('follows a sign-out of another tab', async () => {
    const [one, two] = await Promise.all([open('/ada'), open('/ada')])
    for (const page of [one, two]) await settled(page)

    await one.locator('button').click()

    await shows(two, 'signed_out signed_out[out][no admin]')
    expect(await two.evaluate(() => hooks.client.getAccessToken())).toBeNull()
  })

  it('follows a sign-in that only the server saw', async () => {
    site.ended = 'missing_token'
    const page = await open('/nobody')
    await settled(page)
    site.ended = undefined

    await page.evaluate((session) => hooks.redraw(session), ADA)

    await shows(page, SIGNED_IN)
  })

  it('asks nobody when the server says what is known', async () => {
    const page = await open('/ada')
    await settled(page)

    await page.evaluate((session) => hooks.redraw(session), { user: { ...user } })
    await page.evaluate(() => hooks.client.getAccessToken())

    expect(site.asked).toBe(1)
  })

  it('keeps no token in state, props or page', async () => {
    const page = await open('/ada')
    await settled(page)
    const token = String(await page.evaluate(() => hooks.client.getAccessToken()))

    const kept = await page.evaluate(() => hooks.kept())

    expect(token).toMatch(/^header\./)
    expect(kept).toContain(user.email)
    expect(kept).not.toContain(token)
    expect(await page.content()).not.toContain(token)
  })
})
