import { join } from 'node:path'
import type { Client } from '@countersign/client'
import { DEVICE_COOKIE, REFRESH_COOKIE } from '@countersign/core'
import type { Browser, Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../scripts/lib/paths.mjs'
import { newVisitor, openBrowser, type Visitor } from './harness/browser.js'
import { newPerson } from './harness/daybook.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

declare const client: Client
declare const aloneClient: () => Client

const ADA = newPerson('Ada')

let stack: Stack
let browser: Browser
let script: string

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'embedded', upTo: 'auth' })
  browser = await openBrowser()
  script = await bundleClient(stack.authUrl)
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

/**
 * The client of a page that has no server, as a module that leaves it at `window.client`, and a way to
 * make clients that share no question and no answer with any other.
 */
async function bundleClient(server: string): Promise<string> {
  const entry = 'page.js'
  const dist = join(ROOT, 'packages/client/dist')
  const code = `import { createClient } from '@countersign/client'
    import { assembleClient } from '${dist}/assemble-client.js'
    import { pageRuntime } from '${dist}/runtime.js'
    const alone = { locks: undefined, openChannel: () => undefined, singleFlight: false }
    window.client = createClient({ server: '${server}', apis: ['${server}'] })
    window.aloneClient = () => assembleClient({ server: '${server}' }, { ...pageRuntime(), ...alone })`
  const bundle = await rolldown({
    input: entry,
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  return output[0].code
}

/** A browser in which `origin` is a page with nothing but that client. */
async function visitorOf(origin: string): Promise<Visitor> {
  const visitor = await newVisitor(browser, origin)
  const body = `<!doctype html><title>App</title><script type="module">${script}</script>`
  // The page comes from no server, so the browser does not know that it is of this machine.
  await visitor.context.grantPermissions(['local-network-access'], { origin })
  await visitor.context.route(`${origin}/**`, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body }),
  )
  await visitor.page.goto('/')
  return visitor
}

const statusOf = (page: Page) =>
  page.evaluate(() => client.refresh().then(({ status, reason }) => [status, reason]))

/** What `GET /me` says to the token of the page. */
const whoAmI = (page: Page) =>
  page.evaluate(async (url) => {
    const response = await client.fetch(`${url}/api/auth/me`)
    return response.ok ? (await response.json()).user.email : response.status
  }, stack.authUrl)

describe('a page without a web server of its own', () => {
  it('signs up at the auth server and is signed in after a reload', async () => {
    const { page, context } = await visitorOf(stack.webOrigin)
    expect(await statusOf(page)).toEqual(['signed_out', undefined])

    await page.evaluate((person) => client.signUp(person), ADA)
    await page.reload()

    expect(await whoAmI(page)).toBe(ADA.email)
    const cookies = await context.cookies(stack.authUrl)
    const cookie = cookies.find(({ name }) => name === REFRESH_COOKIE)
    expect(cookie).toMatchObject({ name: REFRESH_COOKIE, httpOnly: true, sameSite: 'Strict' })
    expect(await page.evaluate(() => document.cookie)).toBe('')
    await context.close()
  })

  it('loses nothing when every caller of every tab refreshes for itself', async () => {
    const { page, context } = await visitorOf(stack.webOrigin)
    await page.evaluate((person) => client.signUp(person), newPerson('Grace'))
    const tabs = [page, await context.newPage(), await context.newPage()]
    for (const tab of tabs.slice(1)) await tab.goto('/')

    const tokens = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(() => {
          const clients = [aloneClient(), aloneClient()]
          return Promise.all(clients.map((own) => own.getAccessToken()))
        }),
      ),
    )

    expect(tokens.flat()).not.toContain(null)
    for (const tab of tabs) expect(await statusOf(tab)).toEqual(['signed_in', undefined])
    await context.close()
  })

  it('is told of a wrong password, and stays signed out', async () => {
    const { page, context } = await visitorOf(stack.webOrigin)

    const code = await page.evaluate(
      (person) => client.signIn(person).catch((error) => error.code),
      { email: ADA.email, password: 'not the password' },
    )

    expect(code).toBe('invalid_credentials')
    expect(await whoAmI(page)).toBe(401)
    expect(await context.cookies(stack.authUrl)).toEqual([])
    await context.close()
  })

  it('signs out in every tab, and learns why another device was signed out', async () => {
    const desk = await visitorOf(stack.webOrigin)
    const phone = await visitorOf(stack.webOrigin)
    const { email, password } = ADA
    for (const { page } of [desk, phone]) {
      await page.evaluate((person) => client.signIn(person), { email, password })
    }
    const otherTab = await desk.context.newPage()
    await otherTab.goto('/')
    expect(await whoAmI(otherTab)).toBe(email)

    await desk.page.evaluate(async (url) => {
      const init = { method: 'DELETE', credentials: 'include', headers: { 'X-Countersign': '1' } }
      await fetch(`${url}/api/auth/sessions`, init as RequestInit)
    }, stack.authUrl)
    await desk.page.evaluate(() => client.signOut())

    expect(await statusOf(phone.page)).toEqual(['signed_out', 'revoked'])
    await otherTab.waitForFunction(() => client.getState().status === 'signed_out')
    const left = (await desk.context.cookies(stack.authUrl)).map(({ name }) => name)
    // By which the device is known again; it opens nothing.
    expect(left).toEqual([DEVICE_COOKIE])
    await desk.context.close()
    await phone.context.close()
  })

  it('gets nothing on an origin that the server does not trust', async () => {
    const { page, context } = await visitorOf('http://localhost:9')

    const code = await page.evaluate(
      (person) => client.signIn(person).catch((error) => error.code),
      { email: ADA.email, password: ADA.password },
    )

    expect(code).toBe('service_unavailable')
    expect(await context.cookies(stack.authUrl)).toEqual([])
    await context.close()
  })
})
