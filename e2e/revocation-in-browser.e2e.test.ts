import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newVisitor, openBrowser, sealedCookie, type Visitor } from './harness/browser.js'
import { newPerson, type Person, signUp } from './harness/daybook.js'
import { fetchInPage } from './harness/in-page.js'
import { countersign } from './harness/operator.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

/** How long a revocation may take to every web server. */
const PROMISED_MS = 1000

let stack: Stack
let browser: Browser

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres', webInstances: 2 })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

/** Somebody on the page that shows their account, known to both web servers. */
async function signedIn(): Promise<{ visitor: Visitor; page: Page; person: Person }> {
  const visitor = await newVisitor(browser, stack.webOrigin)
  const person = newPerson()
  await signUp(visitor.page, person)
  for (const _ of stack.web) await visitor.page.goto('/session')
  return { visitor, page: visitor.page, person }
}

const role = (page: Page) => page.getByLabel('Your account').locator('.badge').textContent()

describe('what an operator does to a user', () => {
  it('is on the next page, and signs nobody out: a change of role', async () => {
    const { visitor, page, person } = await signedIn()
    expect(await role(page)).toBe('user')

    await countersign(stack, 'users', 'role', person.email, 'editor')
    await delay(PROMISED_MS)

    const burst = Array.from({ length: 6 }, () => ({ path: '/session' }))
    const answers = await fetchInPage(page, burst)

    for (const { path, text } of answers) {
      expect(path).toBe('/session')
      expect(text).toContain('<span class="badge">editor</span>')
    }
    for (const _ of stack.web) {
      await page.goto('/session')
      expect(await role(page)).toBe('editor')
    }
    await visitor.context.close()
  })

  it('signs the user out on the next page, and nobody else: a ban', async () => {
    const gone = await signedIn()
    const stays = await signedIn()

    await countersign(stack, 'users', 'ban', gone.person.email, '--reason', 'spam')
    await delay(PROMISED_MS)

    // What the web server answers; the page's own script has asked nobody since.
    const [answer] = await fetchInPage(gone.page, [{ path: '/session' }])
    expect(answer?.path).toBe('/sign-in')
    await gone.page.goto('/session')
    await gone.page.waitForURL('**/sign-in?**')
    await expect.poll(() => sealedCookie(gone.visitor), { timeout: 10_000 }).toBeUndefined()
    await stays.page.goto('/session')
    expect(await role(stays.page)).toBe('user')
    await gone.visitor.context.close()
    await stays.visitor.context.close()
  })
})
