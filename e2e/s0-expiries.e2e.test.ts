import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis } from '../scripts/lib/redis.mjs'
import { newVisitor, openBrowser } from './harness/browser.js'
import { accessTokenIn, type End, isRenewal, meetEnd } from './harness/consultation.js'
import { newPerson, signUp } from './harness/daybook.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const EXPIRIES = 20
const ENOUGH_WITHOUT_REDIS = 8
const ACCESS_SECONDS = 4
const LONGER_ACCESS_SECONDS = 20
const INSTANCES = 2
const TABS = 4

let browser: Browser
let redis: Awaited<ReturnType<typeof startRedis>>
let stack: Stack | undefined

tellOnFailure(() => stack)
beforeAll(async () => {
  browser = await openBrowser()
  redis = await startRedis()
})
afterAll(async () => {
  await browser?.close()
  await redis?.stop()
})

describe('tabs, pages and route handlers in front of a backend that takes a second use for theft', () => {
  it(`log nobody out in ${EXPIRIES} expiries, behind two web servers that share a Redis`, async () => {
    const ends = await live({ REDIS_URL: redis.url }, async (running, tabs) => {
      const met: End[] = []
      for (let count = 0; count < EXPIRIES; count += 1) met.push(await meetEnd(running, tabs))
      return met
    })

    console.log(`renewals per expiry: ${ends.map(({ renewals }) => renewals).join(' ')}`)
    expect(ends.flatMap(({ logouts }) => logouts)).toEqual([])
    expect(ends.filter(isTooMuch)).toEqual([])
  }, 600_000)

  it('would log the user out of web servers that share nothing', async () => {
    const logouts = await live({}, async (running, tabs) => {
      for (let count = 0; count < ENOUGH_WITHOUT_REDIS; count += 1) {
        const met = await meetEnd(running, tabs)
        if (met.logouts.length > 0) return met.logouts
      }
      return []
    })

    expect(logouts).toHaveLength(1)
  }, 600_000)

  it('are not needed for a renewal: an open page asks before the end', async () => {
    const story = async (running: Stack, [page]: readonly Page[]) => {
      const statuses: number[] = []
      page?.on('response', (response) => statuses.push(response.status()))
      await page?.goto('/tasks')
      await addTask(page, 'Stay')
      const before = running.authDoor.count(isRenewal)
      await expect
        .poll(() => running.authDoor.count(isRenewal), { timeout: 90_000, interval: 200 })
        .toBeGreaterThan(before)
      await addTask(page, 'Stay longer')
      return statuses.filter((status) => status === 401)
    }

    expect(await live({ REDIS_URL: redis.url }, story, LONGER_ACCESS_SECONDS)).toEqual([])
  }, 300_000)
})

/** More than a renewal by each web server, for each token that has ended meanwhile. */
function isTooMuch({ renewals, seconds }: End): boolean {
  const tokens = 1 + Math.floor(seconds / (0.9 * ACCESS_SECONDS))
  return renewals < 1 || renewals > tokens * INSTANCES
}

/** One user's tabs in front of two web servers of their own. */
async function live<T>(
  environment: Readonly<Record<string, string>>,
  story: (stack: Stack, tabs: readonly Page[]) => Promise<T>,
  access = ACCESS_SECONDS,
): Promise<T> {
  stack = await startStack({
    ...{ database: 'embedded', example: 'auth-js', authInstances: 0, webInstances: INSTANCES },
    times: { access },
    environment,
  })
  try {
    const { context, page } = await newVisitor(browser, stack.webOrigin)
    await signUp(page, newPerson('Ada'))
    expect((await accessTokenIn(page)).status).toBe(200)
    const others = await Promise.all(Array.from({ length: TABS - 1 }, () => context.newPage()))
    await Promise.all(others.map((tab) => tab.goto('/icon.svg')))
    return await story(stack, [page, ...others])
  } finally {
    await stack.remove()
  }
}

async function addTask(page: Page | undefined, title: string): Promise<void> {
  await page?.getByLabel('New task').fill(title)
  await page?.getByLabel('New task').press('Enter')
  await page?.getByRole('listitem').filter({ hasText: title }).first().waitFor()
}
