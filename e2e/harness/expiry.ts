import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { callWithToken } from './auth-api.js'
import { isRefresh } from './door.js'
import {
  fetchInPage,
  type PageAnswer,
  routerRequest,
  type TokenAnswer,
  tokenInPage,
} from './in-page.js'
import { type SleepyTab, sleepyTab } from './sleep.js'
import type { Stack } from './stack.js'

const TABS = 4

/** What one tab asks for at once: five payloads that a router prefetches, three route handlers. */
const PAYLOADS = ['/tasks', '/overview', '/session', '/tasks', '/overview'].map(routerRequest)
const HANDLERS = ['open', 'done', 'total'].map((part) => ({ path: `/api/summary/${part}` }))

/** A signed-in user with eight tabs. */
export interface Scene {
  readonly stack: Stack
  readonly userId: string
  readonly name: string
  /** Tabs whose page sleeps while the token ends. */
  readonly sleepers: readonly SleepyTab[]
  /** Tabs in which a page is opened once the token has ended. */
  readonly openers: readonly Page[]
}

/** What happened when an access token had ended. */
export interface Expiry {
  /** The session was gone. */
  readonly logouts: readonly string[]
  /** Answers and pages as for someone who is signed out, while the session was there. */
  readonly glitches: readonly string[]
  /** At the auth server. */
  readonly refreshes: number
  /** At the web servers. */
  readonly requests: number
  readonly milliseconds: number
}

/** Opens the tabs of a user who has just signed in. */
export async function openScene(
  stack: Stack,
  context: BrowserContext,
  name: string,
): Promise<Scene> {
  const pages = await Promise.all(Array.from({ length: 2 * TABS }, () => context.newPage()))
  const [first, ...others] = pages.slice(0, TABS)
  if (!first) throw new Error('a scene needs tabs')
  await Promise.all([first, ...others].map((page) => page.goto('/overview')))
  const { userId = '' } = await tokenInPage(first)
  const sleepers = await Promise.all([first, ...others].map(sleepyTab))
  return { stack, userId, name, sleepers, openers: pages.slice(TABS) }
}

/** Lets everything sleep until the access token has ended, then does everything at once. */
export async function meetExpiry(scene: Scene): Promise<Expiry> {
  const { stack, sleepers, openers } = scene
  if (!(await sleepUntilTokenEnds(scene))) return LOGGED_OUT_BEFORE
  const refreshesBefore = stack.authDoor.count(isRefresh)
  const requestsBefore = stack.webDoor.passages.length
  const began = performance.now()
  const met = await Promise.all([
    ...sleepers.map((tab) => wakeAndAsk(tab, scene)),
    ...openers.map((page) => open(page, scene)),
  ])
  const milliseconds = Math.round(performance.now() - began)
  const logouts = await checkAlive(scene)
  await Promise.all(openers.map((page) => page.goto('about:blank').catch(() => {})))
  return {
    logouts,
    glitches: met.flat(),
    milliseconds,
    refreshes: stack.authDoor.count(isRefresh) - refreshesBefore,
    requests: stack.webDoor.passages.length - requestsBefore,
  }
}

const LOGGED_OUT_BEFORE: Expiry = {
  logouts: ['before the token had ended'],
  glitches: [],
  refreshes: 0,
  requests: 0,
  milliseconds: 0,
}

/** Whether there was a token whose end could be waited for. */
async function sleepUntilTokenEnds({
  stack,
  sleepers,
}: Pick<Scene, 'stack' | 'sleepers'>): Promise<boolean> {
  const endsAt = (await tokenOrNone(sleepers[0]?.page)).endsAt
  if (endsAt === undefined) return false
  const refreshes = stack.authDoor.count(isRefresh)
  await Promise.all(sleepers.map((tab) => tab.sleep()))
  await delay(Math.max(0, endsAt - Date.now()) + 20)
  if (stack.authDoor.count(isRefresh) === refreshes) return true
  // A tab had renewed the token just before it fell asleep.
  await Promise.all(sleepers.map((tab) => tab.wake()))
  return sleepUntilTokenEnds({ stack, sleepers })
}

/** A page that finds its session ended is left while it is asked. */
function tokenOrNone(page: Page | undefined): Promise<Partial<TokenAnswer>> {
  return page ? tokenInPage(page).catch(() => ({})) : Promise.resolve({})
}

async function wakeAndAsk(tab: SleepyTab, { userId }: Scene): Promise<readonly string[]> {
  await tab.wake()
  try {
    const answers = await fetchInPage(tab.page, [...PAYLOADS, ...HANDLERS])
    return answers.flatMap((answer, index) => {
      const proof = index < PAYLOADS.length ? userId : '"count":'
      return isGood(answer, proof) ? [] : [describe(answer)]
    })
  } catch (error) {
    const [why] = String(error).split('\n')
    return [`no answers at ${tab.page.url()} (${why})`]
  }
}

/** What is made for someone who is signed in holds the proof. */
function isGood({ status, text }: PageAnswer, proof: string): boolean {
  return status === 200 && text.includes(proof)
}

/** Where a payload leads away, it does so with status 200. */
function describe({ path, status, text }: PageAnswer): string {
  const target = /NEXT_REDIRECT;\w+;([^;?]*)/.exec(text)?.[1]
  return `${path} answered ${status}${target ? ` and led to ${target}` : ''}`
}

async function open(page: Page, { name }: Scene): Promise<readonly string[]> {
  try {
    await page.goto('/overview')
    await page.getByText(`Welcome back, ${name}`).waitFor({ timeout: 10_000 })
    return []
  } catch {
    return [`/overview ended at ${page.url()}`]
  }
}

/** The session still gives tokens, and the API takes them for this user's. */
async function checkAlive({ stack, openers, userId }: Scene): Promise<readonly string[]> {
  const token = await tokenOrNone(openers[0])
  if (!token.accessToken) return [`the token route answered ${token.status} ${token.code}`]
  const me = await callWithToken(`${stack.apiUrl}/api/v1/auth/me`, token.accessToken)
  return me.body.userId === userId ? [] : [`the API answered ${me.status}`]
}
