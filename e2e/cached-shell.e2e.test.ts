import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildNext } from '../scripts/lib/build.mjs'
import { newVisitor, openBrowser } from './harness/browser.js'
import { newPerson } from './harness/daybook.js'
import { isRefresh } from './harness/door.js'
import { postInPage } from './harness/in-page.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const APP = fileURLToPath(new URL('cached-shell-app', import.meta.url))
const ACCESS_SECONDS = 8

let stack: Stack
let browser: Browser

tellOnFailure(() => stack)
beforeAll(async () => {
  await buildNext(APP)
  stack = await startStack({
    database: 'embedded',
    webFolder: APP,
    times: { access: ACCESS_SECONDS },
  })
  browser = await openBrowser()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

describe('an application with cacheComponents', () => {
  it('has the shell of everybody and the session of one, also over the end of a token', async () => {
    const { page, context, complaints } = await newVisitor(browser, stack.webOrigin)
    const ada = newPerson('Ada')
    await page.goto('/')
    await page.getByText('Nobody is signed in').waitFor()

    expect(await postInPage(page, '/api/auth/signup', ada)).toBe(201)
    const known = page.getByText(`${ada.email}, to the API ${ada.email}`)
    await page.reload()
    await known.waitFor()
    const refreshed = async () => {
      await page.reload()
      await known.waitFor()
      return stack.authDoor.count(isRefresh) > 0
    }
    await expect.poll(refreshed, { timeout: 60_000, interval: 1000 }).toBe(true)

    expect(await page.content()).not.toContain('Nobody is signed in')
    expect(complaints.unexpected()).toEqual([])
    await context.close()
  })

  it('shows one visitor nothing of another', async () => {
    const { page, context } = await newVisitor(browser, stack.webOrigin)

    await page.goto('/')

    await page.getByText('Nobody is signed in').waitFor()
    expect(await page.content()).not.toContain('@example.com')
    await context.close()
  })
})
