import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, callWithToken } from './harness/auth-api.js'
import { newVisitor, openBrowser, type Visitor } from './harness/browser.js'
import { fillAndSend, newPerson, type Person, signIn, signUp } from './harness/daybook.js'
import { addVeteran, auditOf, passwordHashOf } from './harness/in-database.js'
import { tokenInPage } from './harness/in-page.js'
import { mailTo, tokenIn } from './harness/mailbox.js'
import { type Stack, startStack } from './harness/stack.js'
import { tokensInReach } from './harness/tokens-in-reach.js'
import { tellOnFailure } from './harness/told.js'

const ACCESS_SECONDS = 15

let stack: Stack
let browser: Browser
let desk: Visitor
let page: Page
const ada = newPerson('Ada')

tellOnFailure(() => stack)
beforeAll(async () => {
  const times = { access: ACCESS_SECONDS }
  stack = await startStack({ database: 'postgres', example: 'better-auth-manager', times })
  browser = await openBrowser()
  desk = await newVisitor(browser, stack.webOrigin)
  page = desk.page
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

describe('a to-do list whose pages use Better Auth, on an auth server of its own', () => {
  it('registers, signs out, signs in, and goes on over the end of a token', async () => {
    await signUp(page, ada)
    await addTask(page, 'Buy ink')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')

    await signIn(page, ada)
    const first = await tokenOf(page)
    await expect.poll(newerThan(first.accessToken), { timeout: 60_000, interval: 1000 }).toBe(true)

    await page.reload()
    await page.getByText('Buy ink').waitFor()
  })

  it('says in a token who, which address, until when and which token it is', async () => {
    const { accessToken = '', userId } = await tokenOf(page)
    const [, payload = ''] = accessToken.split('.')

    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())

    expect(claims).toMatchObject({ sub: userId, email: ada.email, role: 'user' })
    expect(claims.exp - claims.iat).toBe(ACCESS_SECONDS)
    expect(claims.jti).toMatch(/^[\da-f-]{36}$/)
  })

  it('keeps the tasks of two people apart, in their lists and one by one', async () => {
    const other = await newVisitor(browser, stack.webOrigin)
    await signUp(other.page, newPerson('Grace'))
    await addTask(other.page, 'Ring the printer')
    const [mine, theirs] = await Promise.all([ownTasks(page), ownTasks(other.page)])

    expect(mine.map(({ title }) => title)).toEqual(['Buy ink'])
    expect(theirs.map(({ title }) => title)).toEqual(['Ring the printer'])
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const { status, body } = await askForTask(page, String(theirs[0]?.id), method)
      expect([method, status, body.code]).toEqual([method, 404, 'not_found'])
    }
    await other.page.reload()
    await other.page.getByText('Ring the printer').waitFor()
    await other.context.close()
  })

  it('takes a bcrypt hash that came with a user, and leaves one of Argon2id', async () => {
    const edith = await addVeteran(stack, newPerson('Edith'))
    const visitor = await newVisitor(browser, stack.webOrigin)

    await fillInSignIn(visitor.page, { ...edith, password: 'not that password' })
    expect(await passwordHashOf(stack, edith)).toMatch(/^\$2b\$10\$/)
    await signIn(visitor.page, edith)

    await expect.poll(() => passwordHashOf(stack, edith)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,/)
    expect(await passwordHashOf(stack, ada)).toMatch(/^\$argon2id\$/)
    await visitor.context.close()
  })

  it('resets a forgotten password by a link that works once, and ends what was signed in', async () => {
    const grace = newPerson('Grace')
    const visitor = await newVisitor(browser, stack.webOrigin)
    await signUp(visitor.page, grace)
    await post('/password/forgot', { email: grace.email })
    const token = tokenIn(await mailTo(stack, grace, /password/i))
    const password = `new-${grace.password}`

    const answers = [
      await post('/password/reset', { token, password }),
      await post('/password/reset', { token, password }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([204, 400])
    await expect.poll(() => pathAfterVisit(visitor.page), { timeout: 30_000 }).toBe('/sign-in')
    await fillInSignIn(visitor.page, grace)
    await signIn(visitor.page, { ...grace, password })
    await visitor.context.close()
  })

  it('writes down who did what, and no password, hash or token', async () => {
    const log = await auditOf(stack)
    const text = JSON.stringify(log)

    const events = new Set(log.map(({ event }) => event))
    const expected = ['sign_up.succeeded', 'sign_in.succeeded', 'sign_in.refused', 'session.ended']
    expect([...expected, 'password.changed'].filter((event) => !events.has(event))).toEqual([])
    expect(log.find(({ event }) => event === 'sign_in.succeeded')).toMatchObject({
      user_id: expect.any(String),
      request_id: expect.any(String),
    })
    expect(text).not.toMatch(/csr_|eyJ|\$2b\$|\$argon2/)
    for (const { password } of [ada, { password: 'not that password' }]) {
      expect(text).not.toContain(password)
    }
  })

  it('lets nobody guess for long, and says when to come back', async () => {
    const attempt = { email: newPerson('Mallory').email, password: 'not the password' }
    const statuses: number[] = []
    let last: Response | undefined
    for (let count = 0; count < 6; count += 1) {
      last = await post('/login', attempt)
      statuses.push(last.status)
    }

    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('answers every refusal in one form, with security headers', async () => {
    const refusals = [
      await fetch(`${stack.authUrl}/api/auth/me`),
      await fetch(`${stack.authUrl}/api/auth/nowhere`),
      await post('/login', { email: 'x' }),
      await fetch(`${stack.apiUrl}/api/v1/tasks`),
      await fetch(`${stack.apiUrl}/api/v1/tasks`, { headers: { Authorization: 'Bearer x.y.z' } }),
    ]

    for (const refusal of refusals) {
      const { type, title, status, code } = (await refusal.json()) as Record<string, unknown>
      expect(refusal.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect({ type, title, status }).toEqual({
        type: `urn:countersign:error:${code}`,
        title: expect.any(String),
        status: refusal.status,
      })
      expect(refusal.headers.get('x-content-type-options')).toBe('nosniff')
      expect(refusal.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    }
  })

  it('lets pages of its own origin read answers, and no other', async () => {
    const allowed = async (url: string, origin: string) =>
      (await fetch(url, { headers: { Origin: origin } })).headers.get('access-control-allow-origin')
    const urls = [`${stack.apiUrl}/api/v1/tasks`, `${stack.authUrl}/api/auth/me`]

    for (const url of urls) {
      expect(await allowed(url, stack.webOrigin)).toBe(stack.webOrigin)
      expect(await allowed(url, 'https://evil.example')).toBeNull()
      expect(await allowed(url, `${stack.webOrigin}.evil.example`)).toBeNull()
    }
  })

  it('leaves no token where a script finds it', async () => {
    expect(await tokensInReach(page, ['/tasks'])).toEqual([])
  })

  it('was used without a complaint of the browser', () => {
    expect(desk.complaints.unexpected(/status of (401|404)/)).toEqual([])
  })
})

async function addTask(on: Page, title: string): Promise<void> {
  await on.getByLabel('New task').fill(title)
  await on.getByLabel('New task').press('Enter')
  await on.getByRole('listitem').filter({ hasText: title }).waitFor()
}

/** Beside Better Auth, whose path the pages use. */
const tokenOf = (of: Page) => tokenInPage(of, '/api/countersign/token')

/** Whether the page's server has renewed that token by now. */
function newerThan(token: string | undefined) {
  return async () => {
    const { status, accessToken } = await tokenOf(page)
    return status === 200 && accessToken !== token
  }
}

interface ListedTask {
  readonly id: string
  readonly title: string
}

async function ownTasks(of: Page): Promise<readonly ListedTask[]> {
  const { accessToken = '' } = await tokenOf(of)
  const { body } = await callWithToken(`${stack.apiUrl}/api/v1/tasks`, accessToken)
  return body.tasks as readonly ListedTask[]
}

async function askForTask(as: Page, id: string, method: string) {
  const { accessToken = '' } = await tokenOf(as)
  return call(`${stack.apiUrl}/api/v1/tasks/${id}`, {
    method,
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    ...(method === 'PATCH' ? { body: '{"title":"Mine now"}' } : {}),
  })
}

async function fillInSignIn(on: Page, person: Person): Promise<void> {
  await on.goto('/sign-in')
  await fillAndSend(on, person, 'Sign in')
  await on.getByText('Invalid email or password').waitFor()
}

async function pathAfterVisit(on: Page): Promise<string> {
  await on.goto('/tasks')
  return new URL(on.url()).pathname
}

function post(path: string, body: Readonly<Record<string, unknown>>): Promise<Response> {
  return fetch(`${stack.authUrl}/api/auth${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}
