import { REFRESH_COOKIE } from '@countersign/core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, callWithToken } from './harness/auth-api.js'
import { newVisitor, openBrowser, sealedCookie, type Visitor } from './harness/browser.js'
import { fillAndSend, newPerson, signUp, taskList } from './harness/daybook.js'
import { type Elsewhere, openElsewhere, sendBlindly } from './harness/elsewhere.js'
import { addVeteran } from './harness/in-database.js'
import { keptByThePage } from './harness/in-page.js'
import { allowAs, allowAsFarAs, cancel } from './harness/openid-provider.js'
import { countersign } from './harness/operator.js'
import { turnOnSecondFactor } from './harness/second-factor.js'
import { type SocialStack, signInThrough, startSocialStack } from './harness/social-stack.js'
import { tellOnFailure } from './harness/told.js'
import { totpOf } from './harness/totp.js'

const ACCESS_SECONDS = 12
const PATIENCE = { timeout: 60_000, interval: 1000 }
const ANY_TOKEN = /csr_[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+/
const GRACE = 'grace@example.com'

let browser: Browser
let elsewhere: Elsewhere
beforeAll(async () => {
  browser = await openBrowser()
  elsewhere = await openElsewhere()
})
afterAll(async () => {
  await browser?.close()
  await elsewhere?.close()
})

/** The list, as it is once the API has answered. */
const tasksOf = (page: Page) => expect.poll(() => taskList(page).lines(), PATIENCE)
const googleButton = (page: Page) => page.getByRole('button', { name: 'Continue with Google' })

describe('a single-page application with third-party sign-in', () => {
  let stack: SocialStack
  let desk: Visitor
  let page: Page
  tellOnFailure(() => stack)
  beforeAll(async () => {
    const times = { access: ACCESS_SECONDS }
    stack = await startSocialStack({ database: 'postgres', example: 'spa', times })
    desk = await newVisitor(browser, stack.webOrigin)
    page = desk.page
  })
  afterAll(() => stack?.remove())

  const refreshCookie = async ({ context }: Visitor) =>
    (await context.cookies(stack.authUrl)).find(({ name }) => name === REFRESH_COOKIE)

  /** The access token in the next request of the page to the API, after a reload. */
  async function tokenOf(tab: Page): Promise<string> {
    const isCall = (url: string) => url.startsWith(stack.apiUrl)
    const [request] = await Promise.all([
      tab.waitForRequest((sent) => isCall(sent.url()) && sent.method() !== 'OPTIONS'),
      tab.goto('/tasks'),
    ])
    return (await request.headerValue('authorization'))?.replace('Bearer ', '') ?? ''
  }

  it('signs a person in through Google, who writes a task down', async () => {
    await signInThrough(page, 'Google', 'ada')

    await taskList(page).add('Buy ink')
    await page.reload()

    await tasksOf(page).toEqual(['Buy ink'])
  })

  it('shows the API a verified identity: who, as what, and until when', async () => {
    const { status, body } = await callWithToken(
      `${stack.apiUrl}/api/v1/auth/me`,
      await tokenOf(page),
    )

    expect({ status, body }).toMatchObject({
      status: 200,
      body: { userId: expect.any(String), email: 'ada@example.com', role: 'user' },
    })
    expect(Number(body.exp) - Number(body.iat)).toBe(ACCESS_SECONDS)
    const forged = `${(await tokenOf(page)).slice(0, -8)}AAAAAAAA`
    expect((await callWithToken(`${stack.apiUrl}/api/v1/auth/me`, forged)).status).toBe(401)
  })

  it('keeps the refresh token in a Strict cookie that no script sees, and the rest in memory', async () => {
    const { value, expires, ...flags } = (await refreshCookie(desk)) ?? { value: '', expires: 0 }

    expect(flags).toEqual({
      name: '__Host-cs_refresh',
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
    })
    expect(value).toMatch(/^csr_/)
    expect(expires).toBeGreaterThan(Date.now() / 1000 + 86_400)
    expect(await keptByThePage(page)).toEqual({
      cookie: '',
      storage: expect.not.stringMatching(ANY_TOKEN),
      other: [],
    })
    expect(await page.content()).not.toMatch(ANY_TOKEN)
    expect(page.url()).not.toMatch(/code=|state=|csr_/)
  })

  it('rotates the refresh token, and nobody is signed out', async () => {
    const before = (await refreshCookie(desk))?.value

    await expect
      .poll(async () => {
        await page.reload()
        await page.locator('.ledger').waitFor()
        return (await refreshCookie(desk))?.value !== before
      }, PATIENCE)
      .toBe(true)

    await tasksOf(page).toEqual(['Buy ink'])
  })

  it('signs another person in through GitHub, who becomes an administrator', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await signInThrough(guest.page, 'GitHub', 'grace')
    await guest.page.goto('/admin')
    await guest.page.getByText('This page is for administrators.').waitFor()

    await countersign(stack, 'users', 'role', GRACE, 'admin')

    await expect
      .poll(async () => {
        await guest.page.reload()
        await guest.page.locator('main').waitFor()
        return guest.page.locator('.admin .badge').allTextContents()
      }, PATIENCE)
      .toEqual(['admin'])
    await guest.context.close()
  })

  it('finds the same person again, on another device', async () => {
    const phone = await newVisitor(browser, stack.webOrigin)
    await signInThrough(phone.page, 'Google', 'ada')

    await tasksOf(phone.page).toEqual(['Buy ink'])
    await phone.context.close()
  })

  it.each([
    ['who says no there', cancel, 'You did not sign in there.'],
    [
      'whose address nobody has verified',
      (tab: Page) => allowAs(tab, 'unverified'),
      'Confirm your email there first',
    ],
  ])('explains it to a person %s, who is not signed in', async (_, act, words) => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/sign-in')
    await googleButton(guest.page).click()

    await act(guest.page)

    await guest.page.getByText(words).waitFor()
    expect(guest.page.url()).toBe(`${stack.webOrigin}/sign-in`)
    expect(await refreshCookie(guest)).toBe(undefined)
    await guest.context.close()
  })

  it('does not share the account of somebody who signed up with that address first', async () => {
    const pre = await newVisitor(browser, stack.webOrigin)
    await signUp(pre.page, { ...newPerson(), email: 'charles@example.com' })
    await pre.context.close()
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/sign-in')
    await googleButton(guest.page).click()

    await allowAs(guest.page, 'charles')

    await guest.page
      .getByText('There is an account with this email that nobody confirmed.')
      .waitFor()
    expect(await refreshCookie(guest)).toBe(undefined)
    await guest.context.close()
  })

  it('asks for the second factor of a person who has one, after a password and after Google', async () => {
    const edith = await addVeteran(stack, { ...newPerson(), email: 'edith@example.com' })
    const { secret, usedCode, recoveryCodes } = await turnOnSecondFactor(stack, edith)
    const guest = await newVisitor(browser, stack.webOrigin)
    const codeField = guest.page.getByLabel('Code from your authenticator app')
    const isRefused = async () => {
      await codeField.fill(usedCode)
      await guest.page.getByText('This code is not right.').waitFor()
      expect(await refreshCookie(guest)).toBe(undefined)
    }

    await guest.page.goto('/sign-in')
    await fillAndSend(guest.page, edith, 'Sign in')
    await isRefused()
    await codeField.fill(totpOf(secret, 1))
    await guest.page.waitForURL('**/tasks')
    expect(await refreshCookie(guest)).toBeDefined()
    await guest.page.getByRole('button', { name: 'Sign out' }).click()
    await guest.page.getByText('You are signed out.').waitFor()
    await guest.page.goto('/session')
    await googleButton(guest.page).click()
    await allowAs(guest.page, 'edith')
    await isRefused()
    expect(guest.page.url()).toBe(`${stack.webOrigin}/session`)
    await guest.page.getByRole('button', { name: 'Use a recovery code' }).click()
    await guest.page.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '')
    await guest.page.keyboard.press('Enter')

    await guest.page.getByText('This device').waitFor()
    expect(guest.page.url()).toBe(`${stack.webOrigin}/session`)
    expect(guest.complaints.unexpected(/status of 401/)).toEqual([])
    await guest.context.close()
  })

  it.each(['sameSite', 'crossSite'] as const)('starts nothing for a %s page', async (site) => {
    const theirs = await desk.context.newPage()
    await theirs.goto(elsewhere[site])
    const path = '/api/auth/social/google'
    const passed = stack.authDoor.passages.length

    await sendBlindly(theirs, { url: stack.authUrl + path, method: 'POST', body: '{}' })

    expect(stack.authDoor.passages.slice(passed)).toContainEqual(
      expect.objectContaining({ method: 'POST', path, status: 403 }),
    )
    await theirs.close()
  })

  it('limits guesses and starts for each address, and says when to come again', async () => {
    const headers = { 'Content-Type': 'application/json', Origin: stack.webOrigin }
    const post = (path: string, body: object) =>
      call(`${stack.authUrl}/api/auth${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
    const untilLimited = async (path: string, body: object) => {
      for (let tries = 0; tries < 100; tries += 1) {
        const answer = await post(path, body)
        if (answer.status === 429) return Number(answer.headers.get('retry-after'))
      }
      return 0
    }

    expect(await untilLimited('/social/google', { returnTo: '/' })).toBeGreaterThan(0)
    const guess = { email: newPerson().email, password: 'not the password' }
    expect(await untilLimited('/login', guess)).toBeGreaterThan(0)
  })
})

describe('a Next.js application with third-party sign-in', () => {
  let stack: SocialStack
  let desk: Visitor
  let page: Page
  tellOnFailure(() => stack)
  beforeAll(async () => {
    stack = await startSocialStack({ database: 'postgres', times: { access: ACCESS_SECONDS } })
    desk = await newVisitor(browser, stack.webOrigin)
    page = desk.page
  })
  afterAll(() => stack?.remove())

  it('signs people in through Google and GitHub', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await signInThrough(guest.page, 'GitHub', 'grace')
    await guest.context.close()

    await signInThrough(page, 'Google', 'ada')

    await taskList(page).add('Buy ink')
    await tasksOf(page).toEqual(['Buy ink'])
  })

  it('goes to the page that was wanted in the first place', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/session')
    await googleButton(guest.page).click()

    await allowAs(guest.page, 'ada')

    await guest.page.waitForURL('**/session')
    await guest.context.close()
  })

  it('has the sealed cookie of its origin, and no token anywhere in the page', async () => {
    const { value, expires: _, ...flags } = (await sealedCookie(desk)) ?? { value: '', expires: 0 }

    expect(flags).toEqual({
      name: '__Host-countersign',
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    })
    expect(value).not.toMatch(ANY_TOKEN)
    expect(await keptByThePage(page)).toEqual({
      cookie: '',
      storage: expect.not.stringMatching(ANY_TOKEN),
      other: [],
    })
    expect(await page.content()).not.toMatch(ANY_TOKEN)
    expect(page.url()).toBe(`${stack.webOrigin}/tasks`)
    expect((await desk.context.cookies()).map(({ name }) => name)).not.toContain(REFRESH_COOKIE)
  })

  it('goes on over the end of access tokens', async () => {
    const before = (await sealedCookie(desk))?.value

    await expect
      .poll(async () => {
        await page.reload()
        await page.locator('.ledger').waitFor()
        return (await sealedCookie(desk))?.value !== before
      }, PATIENCE)
      .toBe(true)

    await tasksOf(page).toEqual(['Buy ink'])
  })

  it('signs nobody in with a code that somebody else brought home', async () => {
    const mallory = await newVisitor(browser, stack.webOrigin)
    await mallory.page.goto('/sign-in')
    await googleButton(mallory.page).click()
    await mallory.page.getByLabel('Account').waitFor()
    const stolen = await allowAsFarAs(mallory.page, 'mallory', stack.webOrigin)
    expect(new URL(stolen).searchParams.get('code')).toMatch(/^[\w-]{43}$/)
    const victim = await newVisitor(browser, stack.webOrigin)
    await victim.page.goto('/sign-in')
    await googleButton(victim.page).click()
    await victim.page.getByLabel('Account').waitFor()

    await victim.page.goto(stolen)

    await victim.page.getByText('That took too long, or was used before.').waitFor()
    expect(await sealedCookie(victim)).toBe(undefined)
    await Promise.all([mallory.context.close(), victim.context.close()])
  })

  it('leads back to the form with a reason, and a password still signs in there', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    const charles = { ...newPerson('Charles'), email: 'charles@example.com' }
    await signUp(guest.page, charles)
    await guest.context.clearCookies()
    await guest.page.goto('/sign-in')
    await googleButton(guest.page).click()

    await allowAs(guest.page, 'charles')

    await guest.page
      .getByText('There is an account with this email that nobody confirmed.')
      .waitFor()
    expect(await sealedCookie(guest)).toBe(undefined)
    await fillAndSend(guest.page, charles, 'Sign in')
    await guest.page.waitForURL('**/tasks')
    await guest.context.close()
  })

  it('asks for the second factor of a person who has one', async () => {
    const edith = await addVeteran(stack, { ...newPerson(), email: 'edith@example.com' })
    const { recoveryCodes } = await turnOnSecondFactor(stack, edith)
    const [code = ''] = recoveryCodes
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/sign-in')
    await googleButton(guest.page).click()

    await allowAs(guest.page, 'edith')
    await guest.page.getByRole('button', { name: 'Use a recovery code' }).click()

    expect(await sealedCookie(guest)).toBe(undefined)
    expect(guest.page.url()).toBe(`${stack.webOrigin}/sign-in`)
    await guest.page.getByLabel('Recovery code').fill(code)
    await guest.page.keyboard.press('Enter')
    await guest.page.waitForURL('**/tasks')
    expect(await sealedCookie(guest)).toBeDefined()
    await guest.context.close()
  })

  it('is not harmed by a provider that goes away for a while', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await stack.google.kill()
    await guest.page.goto('/sign-in')
    await googleButton(guest.page).click()
    await guest.page.waitForURL(/chrome-error|127\.0\.0\.1/).catch(() => {})

    await stack.google.start()

    await signInThrough(guest.page, 'Google', 'ada')
    expect(await sealedCookie(guest)).toBeDefined()
    await guest.context.close()
  })
})
