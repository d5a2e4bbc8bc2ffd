import type { Browser, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  deviceCookie,
  newVisitor,
  openBrowser,
  sealedCookie,
  type Visitor,
} from './harness/browser.js'
import { newPerson, signIn, signUp, taskList } from './harness/daybook.js'
import { type Elsewhere, openElsewhere, sendBlindly } from './harness/elsewhere.js'
import {
  fetchInPage,
  keptByThePage,
  postInPage,
  routerRequest,
  tokenInPage,
} from './harness/in-page.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const DAY_SECONDS = 86_400
const REFRESH_TOKEN = /csr_[\w-]{20,}/
const ANY_TOKEN = /csr_[\w-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+/
/** Routes that answer a browser with an access token, for its memory. */
const TOKEN_ROUTES = /^\/api\/auth\/(login|signup|token|refresh)$/

/** What keeps a cookie from scripts, plain http and other sites. */
const OUT_OF_REACH = {
  domain: 'localhost',
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'Lax',
} as const
const NONE = { value: '', expires: 0 }

let stack: Stack
let browser: Browser
let elsewhere: Elsewhere
let visitor: Visitor
const person = newPerson('Ada')

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({ database: 'postgres' })
  browser = await openBrowser()
  elsewhere = await openElsewhere()
  visitor = await newVisitor(browser, stack.webOrigin)
  await signUp(visitor.page, person)
})
afterAll(async () => {
  await browser?.close()
  await elsewhere?.close()
  await stack?.remove()
})

describe('the session cookie', () => {
  it('is __Host-, HttpOnly, Secure and SameSite=Lax, and lasts as long as the session', async () => {
    const { value, expires, ...attributes } = (await sealedCookie(visitor)) ?? NONE

    expect(attributes).toEqual({ name: '__Host-countersign', ...OUT_OF_REACH })
    expect(value).not.toMatch(ANY_TOKEN)
    expect(Math.abs(expires - Date.now() / 1000 - 7 * DAY_SECONDS)).toBeLessThan(120)
  })

  it('has one neighbour, as much out of reach, by which the device is known for 400 days', async () => {
    const cookies = await visitor.context.cookies()

    expect(cookies.map(({ name }) => name).sort()).toEqual([
      '__Host-countersign',
      '__Host-countersign-device',
    ])
    const { value, expires, ...attributes } = (await deviceCookie(visitor)) ?? NONE
    expect(attributes).toEqual({ name: '__Host-countersign-device', ...OUT_OF_REACH })
    expect(value).toMatch(/^csd_[\w-]{43}$/)
    expect(Math.abs(expires - Date.now() / 1000 - 400 * DAY_SECONDS)).toBeLessThan(120)
  })

  it('ends with the browser for someone who does not want to be remembered', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/sign-in')
    await guest.page.getByLabel('Keep me signed in').uncheck()

    await signIn(guest.page, person)

    expect((await sealedCookie(guest))?.expires).toBe(-1)
    await guest.context.close()
  })
})

describe('an account whose attempts a stranger has used up', () => {
  const owner = newPerson('Hedy')
  const enter = ({ page }: Visitor, { email, password } = owner) =>
    postInPage(page, '/api/auth/login', { email, password })
  let desk: Visitor
  beforeAll(async () => {
    desk = await newVisitor(browser, stack.webOrigin)
    await signUp(desk.page, owner)
    await desk.page.getByRole('button', { name: 'Sign out' }).click()
    await desk.page.waitForURL('**/sign-in**')
    const stranger = await newVisitor(browser, stack.webOrigin)
    await stranger.page.goto('/sign-in')
    const guess = () => enter(stranger, { ...owner, password: 'a wrong guess of somebody' })
    for (let status = 401; status === 401; ) status = await guess()
    expect(await guess()).toBe(429)
    await stranger.context.close()
    return () => desk.context.close()
  })

  it('lets its owner in, whose device signed in before', async () => {
    expect([await sealedCookie(desk), Boolean(await deviceCookie(desk))]).toEqual([undefined, true])

    await signIn(desk.page, owner)

    expect(await sealedCookie(desk)).toBeDefined()
  })

  it('is closed to its owner without the cookie', async () => {
    await desk.context.clearCookies({ name: '__Host-countersign-device' })

    expect(await enter(desk)).toBe(429)
  })
})

describe('a script in a page', () => {
  it('finds no token in cookies, storage, databases, caches, pages or answers', async () => {
    const { page } = visitor
    const answers: Promise<Answer>[] = []
    page.on('response', (response) => answers.push(readAnswer(response)))
    await page.goto('/tasks')
    await taskList(page).add('Look everywhere')
    for (const path of ['/overview', '/session', '/tasks']) {
      await page.goto(path, { waitUntil: 'networkidle' })
      expect(await page.content()).not.toMatch(ANY_TOKEN)
    }

    const kept = await keptByThePage(page)
    const payloads = await fetchInPage(page, ['/tasks', '/overview', '/session'].map(routerRequest))

    expect(kept).toEqual({ cookie: '', storage: expect.not.stringMatching(ANY_TOKEN), other: [] })
    expect(payloads.map(({ status }) => status)).toEqual([200, 200, 200])
    for (const { text } of payloads) expect(text).not.toMatch(ANY_TOKEN)
    const read = await Promise.all(answers)
    expect(read.filter(isLeaking).map(({ path }) => path)).toEqual([])
    const meant = read.find(({ path }) => TOKEN_ROUTES.test(path))
    expect(meant?.body).toMatch(ANY_TOKEN)
    expect(visitor.complaints.unexpected()).toEqual([])
  })
})

describe.each(['sameSite', 'crossSite'] as const)('a %s page of somebody else', (site) => {
  let page: Page
  beforeEach(async () => {
    page = await visitor.context.newPage()
    await page.goto(elsewhere[site])
    return () => page.close()
  })

  it.each([
    ['POST', '/api/auth/logout', '{}'],
    ['POST', '/api/auth/refresh', '{}'],
    ['POST', '/api/auth/token', '{}'],
    ['POST', '/api/auth/login', JSON.stringify(person)],
    ['POST', '/api/auth/signup', JSON.stringify(newPerson('Mallory'))],
  ])('is refused %s %s, and the session survives', async (method, path, body) => {
    const before = await sealedCookie(visitor)
    const passed = stack.webDoor.passages.length

    await sendBlindly(page, { url: stack.webOrigin + path, method, body })

    expect(stack.webDoor.passages.slice(passed)).toMatchObject([{ method, path, status: 403 }])
    expect(await sealedCookie(visitor)).toEqual(before)
    expect((await tokenInPage(visitor.page)).status).toBe(200)
  })

  it('cannot even send DELETE /api/auth/sessions', async () => {
    const passed = stack.webDoor.passages.length

    const url = `${stack.webOrigin}/api/auth/sessions`
    const sent = await sendBlindly(page, { url, method: 'DELETE', mode: 'cors' })

    expect(sent).toBe(false)
    const methods = stack.webDoor.passages.slice(passed).map(({ method }) => method)
    expect(methods).not.toContain('DELETE')
    expect((await tokenInPage(visitor.page)).status).toBe(200)
  })

  it.each(['/api/auth/logout', '/form/sign-out'])(
    'signs nobody out with a form for %s',
    async (path) => {
      const before = await sealedCookie(visitor)

      await submitForm(page, stack.webOrigin + path)

      expect(await sealedCookie(visitor)).toEqual(before)
      expect((await tokenInPage(visitor.page)).status).toBe(200)
    },
  )

  it('is refused by the auth server too', async () => {
    const passed = stack.authDoor.passages.length
    const path = '/api/auth/login'

    await sendBlindly(page, { url: stack.authUrl + path, method: 'POST', body: '{}' })

    expect(stack.authDoor.passages.slice(passed)).toMatchObject([
      { method: 'POST', path, status: 403 },
    ])
  })
})

describe('a neighbour on the same host', () => {
  /** Spellings that a browser or a server may take for the session cookie. */
  const PLANTED = [
    '__Host-countersign=planted; Path=/; Secure',
    '__Host-countersign=planted; Path=/tasks; Secure',
    '__Host-countersign=planted; Path=/; Secure; Domain=localhost',
    '__host-countersign=planted; Path=/; Secure',
    '=__Host-countersign=planted; Path=/',
    '\u00a0__Host-countersign=planted; Path=/tasks',
    '\u2000__Host-countersign=planted; Path=/',
  ]

  it('takes the session from nobody who is signed in', async () => {
    const known = await newVisitor(browser, stack.webOrigin)
    await signUp(known.page, newPerson('Grace'))
    const before = await sealedCookie(known)

    await plant(await known.context.newPage(), PLANTED)

    expect((await sealedCookie(known))?.value).toBe(before?.value)
    await known.page.goto('/tasks')
    expect(new URL(known.page.url()).pathname).toBe('/tasks')
    expect((await tokenInPage(known.page)).status).toBe(200)
    await known.context.close()
  })

  async function plant(page: Page, cookies: readonly string[]): Promise<void> {
    await page.goto(elsewhere.sameSite)
    await page.evaluate((all) => {
      // biome-ignore lint/suspicious/noDocumentCookie: what an attacker's page would do
      for (const cookie of all) document.cookie = cookie
    }, cookies)
  }
})

interface Answer {
  readonly path: string
  readonly headers: string
  readonly body: string
}

/** Reads an answer at once: its body is gone when the page is left. */
async function readAnswer(response: Response): Promise<Answer> {
  const path = new URL(response.url()).pathname
  const body = await response.text().catch(() => '')
  return { path, body, headers: JSON.stringify(await response.allHeaders()) }
}

/** Whether an answer holds a token that it should not hold. */
function isLeaking({ path, headers, body }: Answer): boolean {
  const pattern = TOKEN_ROUTES.test(path) ? REFRESH_TOKEN : ANY_TOKEN
  return pattern.test(body) || ANY_TOKEN.test(headers)
}

/** A form that sends itself, with an empty field. */
async function submitForm(page: Page, action: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.url() === action)
  await page.evaluate((target) => {
    const form = document.createElement('form')
    form.method = 'post'
    form.action = target
    document.body.append(form)
    form.submit()
  }, action)
  await answered
  await page.waitForLoadState()
}
