import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, callWithToken, type Reply } from './harness/auth-api.js'
import { newVisitor, openBrowser, type Visitor } from './harness/browser.js'
import { newPerson, signIn, signUp } from './harness/daybook.js'
import { addVeteran } from './harness/in-database.js'
import { fetchInPage } from './harness/in-page.js'
import { type Stack, startStack } from './harness/stack.js'
import { tokensInReach } from './harness/tokens-in-reach.js'
import { tellOnFailure } from './harness/told.js'

let stack: Stack
let browser: Browser
let desk: Visitor
let page: Page
const ada = newPerson('Ada')

tellOnFailure(() => stack)
beforeAll(async () => {
  stack = await startStack({
    database: 'postgres',
    example: 'better-auth-issuer',
    api: 'fastapi',
    authInstances: 0,
  })
  browser = await openBrowser()
  desk = await newVisitor(browser, stack.webOrigin)
  page = desk.page
})
afterAll(async () => {
  await browser?.close()
  await stack?.remove()
})

describe('Better Auth issues what an API on FastAPI verifies', () => {
  it('signs up, and calls the API with a token of the shared secret', async () => {
    await signUp(page, ada)
    await addTask('Buy ink')

    await page.reload()

    await page.getByText('Buy ink').waitFor()
    const me = await callWithToken(`${stack.apiUrl}/api/v1/auth/me`, await freshToken())
    expect(me).toMatchObject({ status: 200, body: { email: ada.email, role: 'user' } })
  })

  it('lets the API create, read, change and delete, for the owner and nobody else', async () => {
    const token = await freshToken()
    const stranger = await tokenOfSomebodyElse()
    const { body: task } = await callTasks(token, '', 'POST', { title: 'Wind the clock' })
    const path = `/${String(task.id)}`

    const refused = [
      await callTasks(stranger, path),
      await callTasks(stranger, path, 'PATCH', { title: 'Mine now' }),
      await callTasks(stranger, path, 'DELETE'),
    ]
    const changed = await callTasks(token, path, 'PATCH', { title: 'Wind both clocks' })
    const read = await callTasks(token, path)
    const deleted = await callTasks(token, path, 'DELETE')

    expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'not_found'],
      [404, 'not_found'],
      [404, 'not_found'],
    ])
    expect([changed.status, read.body.title]).toEqual([200, 'Wind both clocks'])
    expect([deleted.status, (await callTasks(token, path)).status]).toEqual([204, 404])
  })

  it('signs in who was there before, with the bcrypt hash and the id of the old table', async () => {
    const veteran = await addVeteran(stack, newPerson('Edith'))
    const visitor = await newVisitor(browser, stack.webOrigin)

    await signIn(visitor.page, veteran)

    const me = await callWithToken(`${stack.apiUrl}/api/v1/auth/me`, await freshToken(visitor.page))
    expect(me.body).toMatchObject({ userId: veteran.id, email: veteran.email })
    await visitor.context.close()
  })

  it('keeps an API from starting that holds another secret, and says which is which', async () => {
    const odd = stack.apiWith({
      COUNTERSIGN_JWT_SECRET: 'another secret that has 32 bytes or more',
    })

    await expect(odd.start()).rejects.toThrow(/the issuer signs with secret .+ this verifier holds/)
    expect(odd.lines.join()).not.toContain('another secret')
  })

  it('gives a page of another site nothing', async () => {
    const cookies = await desk.context.cookies()
    const Cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')

    const answer = await fetch(`${stack.webOrigin}/api/auth/countersign/refresh`, {
      method: 'POST',
      headers: { Cookie, Origin: 'https://evil.example' },
    })

    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain('accessToken')
  })

  it('leaves no access token where a script finds it, and the session in an HttpOnly cookie', async () => {
    const cookies = await desk.context.cookies()

    expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([[true, 'Lax']])
    expect(await tokensInReach(page, ['/tasks'])).toEqual([])
  })

  it('lets a token end at the API when its user signs out', async () => {
    const token = await freshToken()
    const status = async () => (await callWithToken(`${stack.apiUrl}/api/v1/tasks`, token)).status
    expect(await status()).toBe(200)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')

    await expect.poll(status, { timeout: 20_000, interval: 50 }).toBe(401)
    await signIn(page, ada)
    await page.getByText('Buy ink').waitFor()
    expect(desk.complaints.unexpected()).toEqual([])
  })
})

async function addTask(title: string): Promise<void> {
  await page.getByLabel('New task').fill(title)
  await page.getByLabel('New task').press('Enter')
  await page.getByRole('listitem').filter({ hasText: title }).waitFor()
}

/** What the browser's client gets as well. */
async function freshToken(of = page): Promise<string> {
  const path = '/api/auth/countersign/refresh'
  const [answer] = await fetchInPage(of, [{ path, method: 'POST' }])
  return (JSON.parse(answer?.text ?? '') as { accessToken: string }).accessToken
}

async function tokenOfSomebodyElse(): Promise<string> {
  const visitor = await newVisitor(browser, stack.webOrigin)
  await signUp(visitor.page, newPerson('Grace'))
  const token = await freshToken(visitor.page)
  await visitor.context.close()
  return token
}

function callTasks(token: string, path: string, method = 'GET', body?: unknown): Promise<Reply> {
  return call(`${stack.apiUrl}/api/v1/tasks${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
}
