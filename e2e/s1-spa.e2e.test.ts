import { setTimeout as delay } from 'node:timers/promises'
import { REFRESH_COOKIE } from '@countersign/core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callWithToken } from './harness/auth-api.js'
import { newVisitor, openBrowser, type Visitor } from './harness/browser.js'
import { fillAndSend, newPerson, signIn, signUp, taskList } from './harness/daybook.js'
import { isRefresh } from './harness/door.js'
import { type Elsewhere, openElsewhere, sendBlindly } from './harness/elsewhere.js'
import { keptByThePage } from './harness/in-page.js'
import { countersign } from './harness/operator.js'
import { sleepyTab } from './harness/sleep.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const ACCESS_SECONDS = 12
const DAY_SECONDS = 86_400
const PATIENCE = { timeout: 10_000 }
const REFRESH_TOKEN = /csr_[\w-]{20,}/
const ANY_TOKEN = /csr_[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+/

let stack: Stack
let browser: Browser
let elsewhere: Elsewhere
let desk: Visitor
let page: Page
const ada = newPerson('Ada')

tellOnFailure(() => stack)
beforeAll(async () => {
  const times = { access: ACCESS_SECONDS }
  stack = await startStack({ database: 'postgres', example: 'spa', times })
  browser = await openBrowser()
  elsewhere = await openElsewhere()
  desk = await newVisitor(browser, stack.webOrigin)
  page = desk.page
})
afterAll(async () => {
  await browser?.close()
  await elsewhere?.close()
  await stack?.remove()
})

/** The cookie of the auth server in the jar of a browser. */
const refreshCookie = async ({ context }: Visitor) =>
  (await context.cookies(stack.authUrl)).find(({ name }) => name === REFRESH_COOKIE)

const heading = (tab: Page, name: string) => tab.getByRole('heading', { name, exact: true })

/** The tasks as a tab shows them once the API has answered. */
async function linesOf(tab: Page): Promise<readonly string[]> {
  await tab.locator('.ledger').waitFor()
  return taskList(tab).lines()
}

/** The access token in the next request of a tab to the API, which `act` causes. */
async function tokenSentBy(tab: Page, act: () => Promise<unknown>): Promise<string> {
  const isCall = (url: string) => url.startsWith(stack.apiUrl)
  const [request] = await Promise.all([
    tab.waitForRequest((sent) => isCall(sent.url()) && sent.method() !== 'OPTIONS'),
    act(),
  ])
  return (await request.headerValue('authorization'))?.replace('Bearer ', '') ?? ''
}

const whoIs = (token: string) => callWithToken(`${stack.apiUrl}/api/v1/auth/me`, token)

describe('a person at a single-page application', () => {
  it('signs up, and writes tasks down, signs them off, renames and deletes them', async () => {
    await signUp(page, ada)
    const tasks = taskList(page)

    await tasks.add('Buy ink')
    await tasks.add('Mend the engine')
    await tasks.tick('Mend the engine')
    await tasks.rename('Buy ink', 'Buy blue ink')
    await tasks.add('Forget this')
    await tasks.remove('Forget this')

    expect(await linesOf(page)).toEqual(['✓ Mend the engine', 'Buy blue ink'])
  })

  it('is still signed in after a reload, with all tasks', async () => {
    await page.reload()

    expect(await linesOf(page)).toEqual(['✓ Mend the engine', 'Buy blue ink'])
  })

  it('is known to the API by a token that says who, as what and for how long', async () => {
    const token = await tokenSentBy(page, () => page.reload())

    const { status, body } = await whoIs(token)

    expect([status, body.email, body.role]).toEqual([200, ada.email, 'user'])
    expect(body.userId).toEqual(expect.any(String))
    expect(Number(body.exp) - Number(body.iat)).toBe(ACCESS_SECONDS)
  })

  it('is told the same about every wrong pair, and may not guess for long', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/session')
    const alert = guest.page.getByRole('alert')
    const guess = { email: newPerson('Nobody').email, password: 'not the password' }

    await fillAndSend(guest.page, { ...guess, email: ada.email }, 'Sign in')
    await alert.getByText('Email or password is incorrect.').waitFor()
    await fillAndSend(guest.page, guess, 'Sign in')
    await alert.getByText('Email or password is incorrect.').waitFor()
    for (let tries = 0; tries < 10 && !(await alert.getByText('Too many').isVisible()); tries++) {
      await guest.page.getByLabel('Password', { exact: true }).fill(guess.password)
      const answered = guest.page.waitForResponse((answer) => answer.url().endsWith('/login'))
      await guest.page.keyboard.press('Enter')
      await answered
      await guest.page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
    }

    expect(await alert.textContent()).toMatch(/^Too many attempts. Try again in \d+ s\.$/)
    expect(await refreshCookie(guest)).toBe(undefined)
    expect(guest.complaints.unexpected(/status of (401|429)/)).toEqual([])
    await guest.context.close()
  })
})

describe('the server of its files', () => {
  it('lets the page run what came with it and call two servers, whatever the path', async () => {
    const { headers, body } = await textOf('/some/page?of=mine')

    const policy = headers.get('Content-Security-Policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';")
    expect(policy).toContain(`connect-src ${stack.authUrl} ${stack.apiUrl};`)
    expect(policy).not.toMatch(/unsafe|https?:\/\/\*/)
    expect(body).not.toMatch(/<script(?![^>]+src=)|<style|\son\w+=|%\w+%/)
  })

  it('gives nothing but its files', async () => {
    const paths = ['/server.mjs', '/..%2fpackage.json', '/src/main.tsx', '/assets/none.js']
    const answers = await Promise.all(paths.map(textOf))

    expect(answers.map(({ status, body }) => [status, body])).toEqual(paths.map(() => [404, '']))
  })
})

async function textOf(path: string) {
  const answer = await fetch(stack.webOrigin + path)
  return { status: answer.status, headers: answer.headers, body: await answer.text() }
}

describe('the tokens of a single-page application', () => {
  it('keeps the refresh token in a cookie that no script and no other site gets', async () => {
    const { value, expires, ...flags } = (await refreshCookie(desk)) ?? { value: '', expires: 0 }

    expect(flags).toEqual({
      name: '__Host-cs_refresh',
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
    })
    expect(value).toMatch(REFRESH_TOKEN)
    expect(Math.abs(expires - Date.now() / 1000 - 7 * DAY_SECONDS)).toBeLessThan(120)
  })

  it('ends with the browser for someone who does not want to be remembered', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/sign-in')
    await guest.page.getByLabel('Keep me signed in').uncheck()

    await signIn(guest.page, ada)

    expect((await refreshCookie(guest))?.expires).toBe(-1)
    await guest.context.close()
  })

  it('leaves nothing in storage, databases, caches, pages or answers', async () => {
    const answers: Promise<string>[] = []
    page.on('response', (answer) => answers.push(answer.text().catch(() => '')))
    for (const path of ['/tasks', '/session', '/admin']) {
      await page.goto(path, { waitUntil: 'networkidle' })
      expect(await page.content()).not.toMatch(ANY_TOKEN)
    }
    await page.getByText('It needs the role admin; yours is user.').waitFor()

    const kept = await keptByThePage(page)

    expect(kept).toEqual({ cookie: '', storage: expect.not.stringMatching(ANY_TOKEN), other: [] })
    expect((await Promise.all(answers)).filter((text) => REFRESH_TOKEN.test(text))).toEqual([])
  })

  it('meets the end of an access token in two tabs at once: the refresh token rotates, nothing is lost', async () => {
    const other = await desk.context.newPage()
    await Promise.all([page, other].map((tab) => tab.goto('/tasks')))
    await Promise.all([page, other].map(linesOf))
    const tabs = await Promise.all([page, other].map(sleepyTab))
    await Promise.all(tabs.map((tab) => tab.sleep()))
    await delay(ACCESS_SECONDS * 1000)
    const cookie = await refreshCookie(desk)
    const before = stack.authDoor.count(isRefresh)

    await Promise.all(tabs.map((tab) => tab.wake()))
    await Promise.all([taskList(page).add('From one tab'), taskList(other).add('From another')])

    expect([1, 2]).toContain(stack.authDoor.count(isRefresh) - before)
    expect((await refreshCookie(desk))?.value).not.toBe(cookie?.value)
    await page.reload()
    expect(new Set(await linesOf(page))).toContain('From another')
    expect(await heading(other, 'Tasks').isVisible()).toBe(true)
    await other.close()
  })
})

describe('a role', () => {
  it('that an operator changes holds at the API at once, and in the next token', async () => {
    await page.goto('/admin')
    await page.getByText('This page is for administrators.').waitFor()
    expect(await page.getByRole('link', { name: 'Admin' }).count()).toBe(0)
    const token = await tokenSentBy(page, () => page.goto('/tasks'))
    const { exp } = (await whoIs(token)).body
    await page.goto('/admin')

    await countersign(stack, 'users', 'role', ada.email, 'admin')

    await expect.poll(async () => (await whoIs(token)).status, PATIENCE).toBe(401)
    expect(Date.now() / 1000, 'the token had ended by itself').toBeLessThan(Number(exp))
    // Unless the tab has renewed its token by itself just now.
    const again = page.getByRole('button', { name: 'Ask again' })
    await again.click({ timeout: 2000 }).catch(() => {})
    await heading(page, 'As the API sees you').waitFor()
    expect(await page.locator('.admin .badge').textContent()).toBe('admin')
    await page.getByRole('link', { name: 'Admin' }).waitFor()
    expect(desk.complaints.unexpected(/status of 401/)).toEqual([])
  })
})

describe.each(['sameSite', 'crossSite'] as const)('a %s page of somebody else', (site) => {
  let theirs: Page
  beforeAll(async () => {
    // So that nothing but their requests goes through the door.
    await page.goto('about:blank')
    theirs = await desk.context.newPage()
    await theirs.goto(elsewhere[site])
  })
  afterAll(() => theirs.close())

  it.each([
    ['/api/auth/refresh', undefined],
    ['/api/auth/logout', '{}'],
    ['/api/auth/login', JSON.stringify(ada)],
    ['/api/auth/signup', JSON.stringify(newPerson('Mallory'))],
  ])('is refused POST %s, and the session survives', async (path, body) => {
    const method = 'POST'
    const before = await refreshCookie(desk)
    const passed = stack.authDoor.passages.length

    const url = stack.authUrl + path
    await sendBlindly(theirs, { url, method, ...(body ? { body } : {}) })

    expect(stack.authDoor.passages.slice(passed)).toMatchObject([{ method, path, status: 403 }])
    expect(await refreshCookie(desk)).toEqual(before)
  })

  it('cannot read an answer, and cannot even send DELETE /api/auth/sessions', async () => {
    const read = (method: string, path: string) =>
      sendBlindly(theirs, { url: `${stack.authUrl}/api/auth${path}`, method, mode: 'cors' })
    const passed = stack.authDoor.passages.length

    const outcomes = [await read('POST', '/refresh'), await read('DELETE', '/sessions')]

    expect(outcomes).toEqual([false, false])
    const methods = stack.authDoor.passages.slice(passed).map(({ method }) => method)
    expect(methods).toEqual(['POST', 'OPTIONS'])
    await page.goto('/admin')
    await heading(page, 'As the API sees you').waitFor()
  })
})

describe('the end of a session', () => {
  it('by another device is explained to the one that was signed out', async () => {
    const phone = await newVisitor(browser, stack.webOrigin)
    await signIn(phone.page, ada)
    await page.goto('/session')
    await page.getByText('This device').waitFor()

    await page.getByRole('button', { name: /^Sign out \d+ others?$/ }).click()
    await page.getByRole('button', { name: 'No other devices' }).waitFor()
    await phone.page.reload()

    await phone.page.getByText('This device was signed out from another one.').waitFor()
    expect(await heading(phone.page, 'Sign in').isVisible()).toBe(true)
    expect(phone.complaints.unexpected(/status of 401/)).toEqual([])
    await phone.context.close()
  })

  it('that the auth server could not be told of is not said to be one, and can be repeated', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await signIn(guest.page, ada)
    await guest.page.route('**/api/auth/logout', (route) => route.abort())

    await guest.page.getByRole('button', { name: 'Sign out' }).click()

    const warning = guest.page.getByText('this browser is still signed in')
    await warning.waitFor()
    expect(await refreshCookie(guest)).not.toBe(undefined)
    await guest.page.unroute('**/api/auth/logout')
    await guest.page.getByRole('button', { name: 'Sign out again' }).click()
    await guest.page.getByText('You are signed out.').waitFor()
    expect(await warning.count()).toBe(0)
    expect(await refreshCookie(guest)).toBe(undefined)
    await guest.context.close()
  })

  it('in one tab reaches the other within a second, and going back shows nothing', async () => {
    const other = await desk.context.newPage()
    await other.goto('/tasks')
    await linesOf(other)
    await page.getByRole('link', { name: 'Tasks' }).click()
    await linesOf(page)
    const left = await desk.context.newPage()
    await left.goto('/tasks')
    await linesOf(left)
    await left.goto('about:blank')
    const signedOut = (tab: Page) =>
      heading(tab, 'Sign in')
        .waitFor()
        .then(() => performance.now())

    const seen = Promise.all([page, other].map(signedOut))
    await page.getByRole('button', { name: 'Sign out' }).click()

    const [here = 0, there = 0] = await seen
    expect(there - here).toBeLessThan(1000)
    await page.getByText('You are signed out.').waitFor()
    await page.goBack()
    await heading(page, 'Sign in').waitFor()
    await left.goBack()
    await heading(left, 'Sign in').waitFor()
    for (const tab of [page, left]) expect(await tab.locator('.device, .ledger').count()).toBe(0)
    expect(await refreshCookie(desk)).toBe(undefined)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN')
  })
})
