import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newVisitor, openBrowser, sealedCookie, type Visitor } from './harness/browser.js'
import { fillAndSend, newPerson, signIn, signUp, taskList } from './harness/daybook.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

/** Short enough that every story below meets the end of a token. */
const ACCESS_SECONDS = 12

let stack: Stack
let browser: Browser
let desk: Visitor
let page: Page
const ada = newPerson('Ada')

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'embedded', times: { access: ACCESS_SECONDS } })
  browser = await openBrowser()
  desk = await newVisitor(browser, stack.webOrigin)
  page = desk.page
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

describe('a person with a new account', () => {
  it('writes tasks down, signs them off, renames and deletes them', async () => {
    await signUp(page, ada)
    const tasks = taskList(page)

    await tasks.add('Buy ink')
    await tasks.add('Mend the engine')
    await tasks.add('Answer Charles')
    await tasks.tick('Mend the engine')
    await tasks.rename('Answer Charles', 'Answer Charles and Mary')
    await tasks.remove('Buy ink')

    expect(await tasks.lines()).toEqual(['Answer Charles and Mary', '✓ Mend the engine'])
    await page.reload()
    expect(await tasks.lines()).toEqual(['Answer Charles and Mary', '✓ Mend the engine'])
  })

  it('is still signed in, with every task, after kill -9 of every process', async () => {
    await stack.killAll()
    await stack.startAll()

    await page.goto('/tasks')

    const tasks = taskList(page)
    expect(await tasks.lines()).toEqual(['Answer Charles and Mary', '✓ Mend the engine'])
    await tasks.add('Write it all down')
    expect(await refreshNow(page)).toBe(200)
  })

  it('sees this device, and signs another one out, which learns of it at its next refresh', async () => {
    const phone = await newVisitor(browser, stack.webOrigin)
    await signIn(phone.page, ada)
    await page.goto('/session')
    await page.getByText('This device').waitFor()
    expect(await page.locator('.facts').textContent()).toContain(ada.email)
    expect(await page.locator('.device').count()).toBe(2)

    await page.getByRole('button', { name: 'Sign out Chrome on Linux' }).click()

    await page.getByRole('button', { name: 'No other devices' }).waitFor()
    expect(await page.locator('.device').count()).toBe(1)
    await phone.page.waitForURL('**/sign-in?**', { timeout: (ACCESS_SECONDS + 10) * 1000 })
    await phone.page.getByText('This device was signed out from another one.').waitFor()
    expect(await refreshNow(phone.page)).toBe(401)
    expect(await refreshNow(page)).toBe(200)
    expect(phone.complaints.unexpected(/status of 401/)).toEqual([])
    await phone.context.close()
  })

  it('signs out of every tab, and the back button shows nothing private', async () => {
    const otherTab = await desk.context.newPage()
    await otherTab.goto('/tasks')
    await page.goto('/tasks')
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByText(`Welcome back, ${ada.name}`).waitFor()

    await page.getByRole('button', { name: 'Sign out' }).click()

    await page.getByText('You are signed out.').waitFor()
    await otherTab.waitForURL('**/sign-in?**')
    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.content()).not.toContain('Mend the engine')
    expect(await sealedCookie(desk)).toBeUndefined()
    await otherTab.close()
  })

  it('is told of a wrong password in one sentence that keeps the email', async () => {
    await page.goto('/sign-in')

    await fillAndSend(page, { ...ada, password: 'not the password' }, 'Sign in')

    await page.getByText('Email or password is incorrect.').waitFor()
    expect(await page.getByLabel('Email').inputValue()).toBe(ada.email)
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('')
    await signIn(page, ada)
    expect(await taskList(page).lines()).toHaveLength(3)
  })

  it('met no error of a script, of hydration or of the content security policy', () => {
    const whileServersWereGone = /net::ERR_|status of 50[0-9]/
    const beforeSigningIn = /status of 401/

    expect(desk.complaints.unexpected(whileServersWereGone, beforeSigningIn)).toEqual([])
  })
})

/** Asks for a refresh in any case, as the page's own script; tells the status. */
function refreshNow(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const headers = { 'X-Countersign': '1' }
    return (await fetch('/api/auth/refresh', { method: 'POST', headers })).status
  })
}
