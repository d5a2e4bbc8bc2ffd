import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newVisitor, openBrowser, type Visitor } from './harness/browser.js'
import { newPerson, signUp } from './harness/daybook.js'
import { countersign } from './harness/operator.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const PUBLIC = [
  ['/', 'Write it down.'],
  ['/sign-in', 'Sign in'],
  ['/sign-in?returnTo=/tasks&reason=password_changed', 'Sign in'],
  ['/sign-up', 'Create an account'],
  ['/forgot-password', 'Forgot your password?'],
  ['/reset-password#token=t', 'Choose a new password'],
  ['/reset-password', 'Choose a new password'],
  ['/verify-email#token=t', 'Confirm your address'],
  ['/confirm-email#token=t', 'Confirm your new address'],
] as const

const PRIVATE = [
  ['/tasks', 'Tasks'],
  ['/overview', 'Overview'],
  ['/session', 'Session'],
  ['/account', 'Account'],
  ['/admin/users', 'Users'],
  ['/admin/audit', 'Audit log'],
] as const

let stack: Stack
let browser: Browser
let visitor: Visitor
let admin: Visitor
const ada = newPerson('Ada')
const grace = newPerson('Grace')

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres' })
  browser = await openBrowser()
  visitor = await newVisitor(browser, stack.webOrigin)
  admin = await newVisitor(browser, stack.webOrigin)
  await signUp(admin.page, grace)
  await countersign(stack, 'users', 'role', grace.email, 'admin')
  await vi.waitFor(() => showFilters(admin.page), { timeout: 20_000 })
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

describe('every page', () => {
  it.each(PUBLIC)('can be used by everybody: %s', async (path, title) => {
    await judge(visitor.page, path, title)
  })

  it.each(PRIVATE)('can be used by everybody who is signed in: %s', async (path, title) => {
    await judge(admin.page, path, title)
  })

  it('can be used by everybody who administers a user', async () => {
    await admin.page.goto('/admin/users')
    const link = admin.page.getByRole('link', { name: grace.email })
    await link.waitFor()
    await judge(admin.page, (await link.getAttribute('href')) ?? '', grace.email)
  })
})

describe('a form of the application', () => {
  it('works before its scripts have run, to the same ends', async () => {
    const context = await browser.newContext({
      baseURL: stack.webOrigin,
      javaScriptEnabled: false,
    })
    const page = await context.newPage()
    await page.goto('/sign-up?returnTo=/overview')
    await page.getByLabel('Email').fill(ada.email)
    await page.getByLabel('Password', { exact: true }).fill(ada.password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.waitForURL('**/overview')

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in?**')
    await page.getByLabel('Email').fill(ada.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByText('Email or password is incorrect.').waitFor()

    await page.goto('/forgot-password')
    await page.getByLabel('Email').fill(ada.email)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByText('a message with a link is on its way').waitFor()
    await context.close()
  })

  it('can be filled in and sent with the keyboard alone', async () => {
    const { page } = visitor
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Email').focus()

    await page.keyboard.type(ada.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(ada.password)
    await page.keyboard.press('Enter')

    await page.waitForURL('**/tasks')
  })

  it('leads away whoever is signed in, and only to pages of its own', async () => {
    const { page } = visitor
    await page.goto('/sign-in?returnTo=/overview%3Fa%3D1')
    expect(page.url()).toBe(`${stack.webOrigin}/overview?a=1`)
    for (const hostile of ['//evil.test', '/%5Cevil.test', '/%09/evil.test', 'https://evil.test']) {
      await page.goto(`/sign-in?returnTo=${encodeURIComponent(decodeURIComponent(hostile))}`)
      expect(page.url()).toBe(`${stack.webOrigin}/tasks`)
    }
  })

  it('keeps the one-time value of a link out of every request and of the address', async () => {
    const { page } = visitor
    const urls: string[] = []
    page.on('request', (request) => urls.push(request.url(), request.headers().referer ?? ''))

    await page.goto('/reset-password#token=one-time-value')
    await page.getByLabel('New password', { exact: true }).fill('correct horse battery')
    await page.getByRole('button', { name: 'Save new password' }).click()
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor()

    expect(page.url()).toBe(`${stack.webOrigin}/reset-password`)
    expect(urls.map(withoutHash).filter((url) => url.includes('one-time-value'))).toEqual([])
    const policy = page.locator('meta[name=referrer]')
    expect(await policy.getAttribute('content')).toBe('no-referrer')
  })
})

/** Axe finds nothing in light and dark, nothing has to be scrolled sideways, and focus shows. */
async function judge(page: Page, path: string, title: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  // A fragment alone is no navigation.
  await page.goto('about:blank')
  await page.goto(path)
  await page.getByRole('heading', { name: title }).first().waitFor()
  await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 10_000 }).toBe(0)
  const light = await findings(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect([...light, ...(await findings(page))]).toEqual([])

  // Also what is left of 640 px at 200 %.
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await overhang(page)).toBe(0)
  await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'))
  expect(await overhang(page)).toBe(0)
}

/** In a world of its own, where the content security policy of the page does not reach. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    // Colours on their way from one to another are none that anybody reads.
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
    const { violations } = await axe.run(document)
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
}

/** Rejects as long as the page does not know the role. */
async function showFilters(page: Page): Promise<void> {
  await page.goto('/admin/users')
  await page.getByRole('form', { name: 'Filter users' }).waitFor({ timeout: 2000 })
}

/** Playwright tells the fragment of the first request, which never left the browser. */
function withoutHash(url: string): string {
  return url.replace(/#.*$/, '')
}
