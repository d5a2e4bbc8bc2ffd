import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authApi } from './harness/auth-api.js'
import {
  deviceCookie,
  newVisitor,
  openBrowser,
  sealedCookie,
  type Visitor,
} from './harness/browser.js'
import { fillAndSend, newPerson, signIn, signUp } from './harness/daybook.js'
import { isRefresh } from './harness/door.js'
import { fetchInPage } from './harness/in-page.js'
import { type Stack, startStack } from './harness/stack.js'
import { tokensInReach } from './harness/tokens-in-reach.js'
import { tellOnFailure } from './harness/told.js'

/** Short enough to meet the end of a token. */
const ACCESS_SECONDS = 8

let stack: Stack
let browser: Browser
let desk: Visitor
let page: Page
const ada = newPerson('Ada')

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({
    database: 'embedded',
    example: 'better-auth-manager',
    times: { access: ACCESS_SECONDS },
  })
  browser = await openBrowser()
  desk = await newVisitor(browser, stack.webOrigin)
  page = desk.page
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

describe('Better Auth manages what the auth server issues', () => {
  it('signs up, shows who is there by useSession, and calls the API as them', async () => {
    await signUp(page, ada)

    await page.getByText(`${ada.name} (user)`).waitFor()
    await addTask('Buy ink')
    await page.reload()
    await page.getByText('Buy ink').waitFor()
    const names = (await desk.context.cookies()).map(({ name }) => name).sort()
    expect(names).toEqual([(await sealedCookie(desk))?.name, (await deviceCookie(desk))?.name])
  })

  it('stays signed in, in page, hook and API, over the end of a token', async () => {
    const before = stack.authDoor.count(isRefresh)
    const cookie = (await sealedCookie(desk))?.value
    await expect
      .poll(() => visitAndCompare(cookie), { timeout: 30_000, interval: 1000 })
      .toBe('changed')

    await page.getByText(`${ada.name} (user)`).waitFor()
    await addTask('Mend the engine')
    expect(stack.authDoor.count(isRefresh)).toBeGreaterThan(before)
  })

  it('keeps every token in a cookie that no script and no other site gets', async () => {
    const { value, expires, ...flags } = (await sealedCookie(desk)) ?? { value: '', expires: 0 }

    expect(flags).toEqual({
      name: '__Host-countersign',
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    })
    const {
      value: _,
      expires: __,
      ...same
    } = (await deviceCookie(desk)) ?? { value: '', expires: 0 }
    expect(same).toEqual({ ...flags, name: '__Host-countersign-device' })
    expect(await tokensInReach(page, ['/tasks'])).toEqual([])
    await page.evaluate(() => sessionStorage.setItem('token', `csr_${'a'.repeat(30)}`))
    expect(await tokensInReach(page, ['/tasks'])).toEqual(['storage'])
    await page.evaluate(() => sessionStorage.clear())
  })

  it('keeps closed what belongs to the auth server', async () => {
    const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
    const paths = ['update-user', 'change-password', 'sign-in/social', 'list-sessions']

    const answers = await fetchInPage(
      page,
      paths.map((path) => ({ path: `/api/auth/${path}`, ...post })),
    )

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  })

  it('leaves limits to the auth server, for which visitors do not look alike', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const attempt = { path: '/api/auth/sign-in/email', method: 'POST', headers }

    const answers = await fetchInPage(
      page,
      Array.from({ length: 8 }, () => attempt),
    )

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]))
  })

  it('leaves the page when another device ends the session, and clears the cookie', async () => {
    const server = authApi(stack.authUrl, stack.client)
    const phone = await server.login(ada)
    await server.endOtherSessions(phone.refreshToken)

    await expect.poll(visitedPath, { timeout: 30_000, interval: 1000 }).toBe('/sign-in')
    await expect.poll(() => sealedCookie(desk)).toBeUndefined()
    await signIn(page, ada)
    await page.getByText('Buy ink').waitFor()
  })

  it('signs out in every tab, and nothing is left', async () => {
    const otherTab = await desk.context.newPage()
    await otherTab.goto('/tasks')
    await otherTab.getByText(`${ada.name} (user)`).waitFor()

    await page.getByRole('button', { name: 'Sign out' }).click()

    await page.waitForURL('**/sign-in')
    await otherTab.waitForURL('**/sign-in')
    expect(await sealedCookie(desk)).toBeUndefined()
    await page.goto('/tasks')
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await otherTab.close()
  })

  it('says why a sign-in fails in the words of Better Auth', async () => {
    await fillAndSend(page, { ...ada, password: 'not the password' }, 'Sign in')

    await page.getByText('Invalid email or password').waitFor()
    await signIn(page, ada)
    await page.getByText('Buy ink').waitFor()
    const expected = /status of (400|401|404)/
    expect(desk.complaints.unexpected(expected)).toEqual([])
  })
})

async function addTask(title: string): Promise<void> {
  await page.getByLabel('New task').fill(title)
  await page.getByLabel('New task').press('Enter')
  await page.getByRole('listitem').filter({ hasText: title }).waitFor()
}

async function visitedPath(): Promise<string> {
  await page.goto('/tasks')
  return new URL(page.url()).pathname
}

/** Every visit renews a token that is about to end, and no other. */
async function visitAndCompare(cookie: string | undefined): Promise<string> {
  await page.goto('/tasks')
  return (await sealedCookie(desk))?.value === cookie ? 'the same' : 'changed'
}
