import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import type { Answer, Sent, User } from './user.js'

/** A person with a real browser. */
export interface TabUser extends User {
  readonly context: BrowserContext
  /** A new tab, still empty. It is closed by `closeTabs`. */
  openTab(): Promise<Page>
  /** Resolves when no page has asked for anything for a moment: its scripts have what they want. */
  settled(): Promise<void>
  /** How long the slowest request took since this was last asked, or takes by now. Milliseconds. */
  slowestRequest(): number
  /** Closes every tab that was opened. */
  closeTabs(): Promise<void>
}

const QUIET_MS = 500
const PATIENCE_MS = 8000

/** What a page's script finds, so that a test can hide its tab as another window does. */
interface Curtain {
  readonly showTab: (isShown: boolean) => void
}
declare const window: Window & Curtain

/** Options of `createTabUser`. */
export interface TabUserOptions {
  readonly name: string
  readonly origin: string
  /** A path below which no script runs: requests are sent from there. */
  readonly quietPath: string
  /** Prepares the browser profile, before its first page. */
  readonly prepare?: ((context: BrowserContext) => Promise<void>) | undefined
}

/** Opens a browser profile of its own, with one quiet page. */
export async function createTabUser(
  browser: Browser,
  { name, origin, quietPath, prepare }: TabUserOptions,
): Promise<TabUser> {
  const context = await browser.newContext({ baseURL: origin, userAgent: name })
  await context.addInitScript(hangCurtain)
  await prepare?.(context)
  const traffic = watchTraffic(context)
  const desk = await context.newPage()
  await desk.goto(quietPath)
  const tabs: Page[] = []
  return {
    name,
    context,
    send: (sent) => desk.evaluate(sendInPage, sent),
    async openTab() {
      const tab = await context.newPage()
      tabs.push(tab)
      return tab
    },
    ...traffic,
    async closeTabs() {
      await Promise.all(tabs.splice(0).map((tab) => tab.close()))
    },
    close: () => context.close(),
  }
}

/** Counts the requests that are under way. */
function watchTraffic(context: BrowserContext) {
  const begun = new Map<Request, number>()
  let quietSince = Date.now()
  let slowest = 0
  const begin = (request: Request) => void begun.set(request, Date.now())
  const end = (request: Request) => {
    quietSince = Date.now()
    slowest = Math.max(slowest, quietSince - (begun.get(request) ?? quietSince))
    begun.delete(request)
  }
  context.on('request', begin).on('requestfinished', end).on('requestfailed', end)
  return {
    async settled() {
      const [began, deadline] = [Date.now(), Date.now() + PATIENCE_MS]
      const isQuiet = () => begun.size === 0 && Date.now() - Math.max(quietSince, began) >= QUIET_MS
      while (!isQuiet() && Date.now() < deadline) await delay(50)
    },
    slowestRequest() {
      const waits = [...begun.values()].map((time) => Date.now() - time)
      const most = Math.max(slowest, ...waits)
      slowest = 0
      return most
    },
  }
}

/** Shows or hides the tabs of another window than the one in front. */
export async function showTabs(tabs: readonly Page[], isShown: boolean): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.evaluate((shown) => window.showTab(shown), isShown)))
}

/** Runs in every page. A browser without a screen hides a page only when it is left. */
function hangCurtain(): void {
  let isShown = true
  const isLeft = Object.getOwnPropertyDescriptor(Document.prototype, 'hidden')?.get
  const isHidden = () => !isShown || isLeft?.call(document) === true
  Object.defineProperty(document, 'hidden', { get: isHidden })
  Object.defineProperty(document, 'visibilityState', {
    get: () => (isHidden() ? 'hidden' : 'visible'),
  })
  const showTab = (value: boolean) => {
    isShown = value
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }
  Object.assign(window, { showTab })
}

/** Runs in the quiet page. */
async function sendInPage({ url, method = 'GET', headers = {}, body }: Sent): Promise<Answer> {
  const init: RequestInit = { method, headers, credentials: 'include' }
  const response = await fetch(url, body === undefined ? init : { ...init, body })
  const text = await response.text()
  return { status: response.status, location: '', text }
}
