import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { sleepyTab } from '../harness/sleep.js'
import type { Scene, TabGesture } from './gestures.js'
import { showTabs, type TabUser } from './tab-user.js'

type TabScene = Scene<TabUser>

/** A minute beside 15 of them, and the wait for the browser to notice. */
const OFFLINE_MS = 1500
const TWO_HOURS_MS = 7_200_000

/** Gestures of real tabs, with their scripts. */
export const TAB_GESTURES: readonly TabGesture[] = [
  tabs('two tabs at once', { count: 2, gapMs: 0 }),
  tabs('four tabs at once', { count: 4, gapMs: 0 }),
  tabs('two tabs, 20 ms apart', { count: 2, gapMs: 20 }),
  tabs('four tabs, 20 ms apart', { count: 4, gapMs: 20 }),
  tabs('two tabs, 100 ms apart', { count: 2, gapMs: 100 }),
  tabs('four tabs, 100 ms apart', { count: 4, gapMs: 100 }),
  gesture('window of four tabs in front again', refocus),
  gesture('back to a page that was left', goBack),
  gesture('laptop asleep past the expiry, two tabs', sleepThrough),
  gesture('offline past the expiry', goOffline),
  gesture('clock two hours off', liveByAnotherClock),
]

function gesture(title: string, make: TabGesture['make']): TabGesture {
  return { title, kind: 'tabs', appliesTo: () => true, make }
}

/** A browser that restores its tabs. */
function tabs(title: string, { count, gapMs }: { count: number; gapMs: number }): TabGesture {
  const make = async ({ system, user, expiry }: TabScene) => {
    const opened = await Promise.all(Array.from({ length: count }, () => user.openTab()))
    await expiry()
    const visits = opened.map(async (tab, index) => {
      await delay(index * gapMs)
      await visit(tab, system.pagePath)
    })
    await Promise.all(visits)
    await user.settled()
  }
  return gapMs === 0 ? { ...gesture(title, make), isSimultaneous: true } : gesture(title, make)
}

async function refocus({ system, user, expiry }: TabScene): Promise<void> {
  const opened = await openPages(user, system.pagePath, 4)
  await showTabs(opened, false)
  await expiry()
  await showTabs(opened, true)
  await user.settled()
}

async function goBack({ system, user, expiry }: TabScene): Promise<void> {
  const [tab] = await openPages(user, system.pagePath, 1)
  await tab?.goto(system.quietPath)
  await expiry()
  await tab?.goBack({ waitUntil: 'commit' }).catch(tolerateLeaving)
  await user.settled()
}

async function sleepThrough({ system, user, expiry }: TabScene): Promise<void> {
  const opened = await openPages(user, system.pagePath, 2)
  const sleepers = await Promise.all(opened.map(sleepyTab))
  await Promise.all(sleepers.map((tab) => tab.sleep()))
  await expiry()
  await Promise.all(sleepers.map((tab) => tab.wake()))
  await user.settled()
}

async function goOffline({ system, user, expiry }: TabScene): Promise<void> {
  await openPages(user, system.pagePath, 1)
  await user.context.setOffline(true)
  await expiry()
  await delay(OFFLINE_MS)
  await user.context.setOffline(false)
  await user.settled()
}

/** The browser comes back with a wrong clock, and the page then stays open for longer than a token. */
async function liveByAnotherClock({ system, user, expiry }: TabScene): Promise<void> {
  const tab = await user.openTab()
  await tab.addInitScript(turnClock, Math.random() < 0.5 ? TWO_HOURS_MS : -TWO_HOURS_MS)
  await expiry()
  await visit(tab, system.pagePath)
  await delay(system.accessSeconds * 1000)
  await user.settled()
  await visit(tab, system.pagePath)
  await user.settled()
}

async function openPages(user: TabUser, path: string, count: number): Promise<readonly Page[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => user.openTab()))
  await Promise.all(opened.map((tab) => visit(tab, path)))
  await user.settled()
  return opened
}

async function visit(tab: Page, path: string): Promise<void> {
  await tab.goto(path).catch(tolerateLeaving)
}

/** A page may lead on to another one by itself, while it is being opened. */
function tolerateLeaving(error: unknown): void {
  if (!String(error).includes('net::ERR_ABORTED')) throw error
}

/** Runs in the page, before its own scripts. */
function turnClock(milliseconds: number): void {
  const RightDate = Date
  class WrongDate extends RightDate {
    constructor(...parts: [] | [string | number]) {
      super(...((parts.length === 0 ? [WrongDate.now()] : parts) as [number]))
    }
    static override now() {
      return RightDate.now() + milliseconds
    }
  }
  Object.assign(globalThis, { Date: WrongDate })
}
