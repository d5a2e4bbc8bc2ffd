import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, callWithToken } from './harness/auth-api.js'
import { newVisitor, openBrowser, sealedCookie, type Visitor } from './harness/browser.js'
import { newPerson, signUp, taskList } from './harness/daybook.js'
import { tokenInPage } from './harness/in-page.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const ACCESS_SECONDS = 12

let stack: Stack
let browser: Browser
let visitor: Visitor
let page: Page

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres', times: { access: ACCESS_SECONDS } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

beforeEach(async () => {
  visitor = await newVisitor(browser, stack.webOrigin)
  page = visitor.page
  await signUp(page, newPerson())
  await taskList(page).add('Written before')
  return async () => {
    await visitor.context.close()
    expect(visitor.complaints.unexpected(/status of 503/)).toEqual([])
  }
})

describe('while the auth server is away', () => {
  it('pages and tasks work as long as the access token lives, and nobody is logged out', async () => {
    const { endsAt = 0 } = await tokenInPage(page)
    await stack.auth[0]?.stop()

    await page.goto('/tasks')
    await taskList(page).add('Written meanwhile')
    expect(Date.now()).toBeLessThan(endsAt)
    const before = await sealedCookie(visitor)
    await untilTokenEnds(page, endsAt)
    const refusal = await refusalOfTokenRoute()

    expect(refusal).toEqual({ status: 503, code: 'service_unavailable', retry: true })
    expect(await sealedCookie(visitor)).toEqual(before)
    await stack.auth[0]?.start()
    await page.goto('/tasks')
    expect(await taskList(page).lines()).toEqual(['Written meanwhile', 'Written before'])
    expect((await tokenInPage(page)).status).toBe(200)
  })

  it('the sign-in form says so, and works again afterwards', async () => {
    const stranger = await newVisitor(browser, stack.webOrigin)
    await stack.auth[0]?.stop()
    await stranger.page.goto('/sign-up')
    await stranger.page.getByLabel('Email').fill('grace@example.com')
    await stranger.page.getByLabel('Password', { exact: true }).fill('a long enough password')

    await stranger.page.getByRole('button', { name: 'Create account' }).click()

    await stranger.page.getByText('This is not possible just now.').waitFor()
    await stack.auth[0]?.start()
    await stranger.page.getByRole('button', { name: 'Create account' }).click()
    await stranger.page.waitForURL('**/tasks')
    await stranger.context.close()
  })
})

describe('while PostgreSQL is away', () => {
  it('every server says "later" and stays up, and nobody is logged out', async () => {
    const { accessToken = '', endsAt = 0 } = await tokenInPage(page)
    const before = await sealedCookie(visitor)
    await stack.postgres?.stop()

    const tasks = await callWithToken(`${stack.apiUrl}/api/v1/tasks`, accessToken)
    const me = await callWithToken(`${stack.apiUrl}/api/v1/auth/me`, accessToken)
    const ready = await call(`${stack.authUrl}/api/auth/health/ready`)
    await page.goto('/tasks')
    await page.getByText('Your tasks could not be loaded.').waitFor()
    await untilTokenEnds(page, endsAt)
    const refusal = await refusalOfTokenRoute()

    expect([tasks.status, tasks.body.code]).toEqual([503, 'service_unavailable'])
    expect(Number(tasks.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(me.status).toBe(200)
    expect(ready.status).toBe(503)
    expect(refusal).toEqual({ status: 503, code: 'service_unavailable', retry: true })
    expect(await sealedCookie(visitor)).toEqual(before)
    await stack.postgres?.start()
    await page.goto('/tasks')
    await vi.waitFor(async () => {
      await page.reload()
      expect(await taskList(page).lines()).toEqual(['Written before'])
    }, 10_000)
  })
})

/** Leaves the application, so that the page does not keep asking, until the token has ended. */
async function untilTokenEnds(page: Page, endsAt: number): Promise<void> {
  await page.goto('about:blank')
  await delay(Math.max(0, endsAt - Date.now()) + 1000)
}

/** What a page is told that asks for a token; its cookie must stay. */
async function refusalOfTokenRoute() {
  await page.goto('/sign-in')
  return page.evaluate(async () => {
    const headers = { 'X-Countersign': '1' }
    const response = await fetch('/api/auth/token', { method: 'POST', headers })
    const { code } = (await response.json()) as { code: string }
    return { status: response.status, code, retry: response.headers.has('retry-after') }
  })
}
