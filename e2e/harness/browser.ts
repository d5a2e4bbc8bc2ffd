import { DEVICE_COOKIE_SUFFIX, SESSION_COOKIE } from '@countersign/core'
import {
  type Browser,
  type BrowserContext,
  type Cookie,
  chromium,
  type Page,
} from 'playwright-core'
import { requireChromium } from '../../scripts/lib/chromium.mjs'
import { type Complaints, collectComplaints } from './complaints.js'

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser profile of its own, as of one person on one device. */
export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** What the browser's console held against the pages. */
  readonly complaints: Complaints
}

/** The installed Chromium. Close it when the tests of a file are over. */
export function openBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0
  return chromium.launch({
    executablePath: requireChromium(),
    args: isRoot ? [...QUIET, '--no-sandbox'] : QUIET,
    // People go back; pages out of the back/forward cache must hold no secrets either.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
}

/** A new visitor of the web application at `baseURL`. */
export async function newVisitor(browser: Browser, baseURL: string): Promise<Visitor> {
  const context = await browser.newContext({ baseURL })
  const complaints = collectComplaints(context)
  return { context, complaints, page: await context.newPage() }
}

/** Opens a page as from the address bar, also while the page that is there goes somewhere itself. */
export async function visit(page: Page, path: string): Promise<void> {
  try {
    await page.goto(path)
  } catch (error) {
    if (!String(error).includes('net::ERR_ABORTED')) throw error
    await page.goto(path)
  }
}

/** The session cookie in the visitor's jar. */
export async function sealedCookie({ context }: Visitor): Promise<Cookie | undefined> {
  return (await context.cookies()).find(({ name }) => name === SESSION_COOKIE)
}

/** The cookie by which the visitor's device is known again. */
export async function deviceCookie({ context }: Visitor): Promise<Cookie | undefined> {
  const name = SESSION_COOKIE + DEVICE_COOKIE_SUFFIX
  return (await context.cookies()).find((cookie) => cookie.name === name)
}
