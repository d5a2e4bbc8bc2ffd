import { setTimeout as delay } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authApi } from './harness/auth-api.js'
import { newVisitor, openBrowser, sealedCookie, type Visitor, visit } from './harness/browser.js'
import { newPerson, type Person, signUp } from './harness/daybook.js'
import { isRefresh, type Which } from './harness/door.js'
import { tokenInPage } from './harness/in-page.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

let stack: Stack
let browser: Browser
let visitor: Visitor
let person: Person

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres', times: { access: 5 } })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

beforeEach(async () => {
  visitor = await newVisitor(browser, stack.webOrigin)
  person = newPerson('Ada')
  await signUp(visitor.page, person)
  await leaveUntilTokenEnds()
  return async () => {
    await visitor.context.close()
    expect(visitor.complaints.unexpected(/net::ERR_EMPTY_RESPONSE|status of (401|503)/)).toEqual([])
  }
})

describe('the answer to a refresh that was lost after the auth server had rotated', () => {
  it('is repeated when the browser asks again at once', async () => {
    const before = await sealedCookie(visitor)
    const refreshes = refreshesSoFar()
    stack.authDoor.loseAnswers(isRefresh)
    await visitor.page.goto('/overview')
    const refused = await tokenInPage(visitor.page)
    stack.authDoor.loseAnswers(undefined)

    expect(refreshesSoFar()).toBeGreaterThan(refreshes)
    expect(refused).toEqual({ status: 503, code: 'service_unavailable' })
    expect(await sealedCookie(visitor)).toEqual(before)
    await expectSignedIn()
  })

  it('is made up for when the browser comes back long after the grace period', async () => {
    const before = await sealedCookie(visitor)
    stack.authDoor.loseAnswers(isRefresh)
    await visitor.page.goto('/overview')
    await visitor.page.goto('about:blank')
    await delay((stack.times.window + 1) * 1000)
    // Only now: a request that the page had under way must not be answered either.
    stack.authDoor.loseAnswers(undefined)

    expect(await sealedCookie(visitor)).toEqual(before)
    await expectSignedIn()
    await leaveUntilTokenEnds()
    await expectSignedIn()
  })

  it('is made up for when it was lost between web server and browser', async () => {
    const before = await sealedCookie(visitor)
    const refreshes = refreshesSoFar()
    stack.webDoor.loseAnswers(({ path }) => path === '/overview')
    const lostTab = await visitor.context.newPage()
    await expect(lostTab.goto('/overview')).rejects.toThrow('ERR_EMPTY_RESPONSE')
    await lostTab.close() // Or the browser itself would try again.
    stack.webDoor.loseAnswers(undefined)

    await delay((stack.times.window + 1) * 1000)

    expect(refreshesSoFar()).toBeGreaterThan(refreshes)
    expect(await sealedCookie(visitor)).toEqual(before)
    await expectSignedIn()
  })

  it('does not bring back a session that was ended meanwhile', async () => {
    stack.authDoor.loseAnswers(isRefresh)
    await visitor.page.goto('/overview')
    await visitor.page.goto('about:blank')
    stack.authDoor.loseAnswers(undefined)
    const auth = authApi(stack.authUrl)
    await auth.endOtherSessions((await auth.login(person)).refreshToken)

    await visitor.page.goto('/overview')

    await visitor.page.getByText('This device was signed out from another one.').waitFor()
    expect(await sealedCookie(visitor)).toBeUndefined()
  })
})

const isAnswered: Which = (passage) => isRefresh(passage) && passage.status === 200

function refreshesSoFar(): number {
  return stack.authDoor.count(isAnswered)
}

/** Leaves the application, so that nothing renews the token before it has ended. */
async function leaveUntilTokenEnds(): Promise<void> {
  const { endsAt = 0 } = await tokenInPage(visitor.page)
  await visitor.page.goto('about:blank')
  await delay(Math.max(0, endsAt - Date.now()) + 20)
}

/** Without typing a password: the page shows the user, and the token route gives a token. */
async function expectSignedIn(): Promise<void> {
  await visit(visitor.page, '/overview')
  await visitor.page.getByText(`Welcome back, ${person.name}`).waitFor()
  expect((await tokenInPage(visitor.page)).status).toBe(200)
}
