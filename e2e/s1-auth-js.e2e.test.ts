import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authApi, callWithToken } from './harness/auth-api.js'
import { newVisitor, openBrowser, sealedCookie, type Visitor } from './harness/browser.js'
import { accessTokenIn } from './harness/consultation.js'
import { fillAndSend, newPerson, signIn, signUp } from './harness/daybook.js'
import { allowAs, github, openidProvider, reserveProvider } from './harness/openid-provider.js'
import { countersign } from './harness/operator.js'
import type { ServerProcess } from './harness/process.js'
import { type Stack, startStack } from './harness/stack.js'
import { tokensInReach } from './harness/tokens-in-reach.js'
import { tellOnFailure } from './harness/told.js'

const CLIENT = { clientId: 'daybook', clientSecret: 'a secret of the provider and the web server' }
const ada = newPerson('Ada')
const GRACE = { id: 'grace', email: 'grace@example.com', emailVerified: true, name: 'Grace' }
const SAME = { id: 'same', email: ada.email, emailVerified: true, name: 'Not Ada' }
const LINUS = account('1', 'linus', true)
const NEMO = account('2', 'nemo', false)

let stack: Stack
let browser: Browser
let desk: Visitor
let page: Page
const providers: ServerProcess[] = []

tellOnFailure(() => stack)
beforeAll(async () => {
  const [openid, hub] = [await reserveProvider(), await reserveProvider()]
  stack = await startStack({
    database: 'postgres',
    example: 'auth-js',
    environment: {
      AUTH_JS_BACKEND: 'countersign',
      AUTH_OPENID_ISSUER: openid.url,
      AUTH_OPENID_ID: CLIENT.clientId,
      AUTH_OPENID_SECRET: CLIENT.clientSecret,
      AUTH_GITHUB_URL: hub.url,
      AUTH_GITHUB_ID: CLIENT.clientId,
      AUTH_GITHUB_SECRET: CLIENT.clientSecret,
    },
  })
  const clientOf = (id: string) => ({
    ...CLIENT,
    redirectUris: [`${stack.webOrigin}/api/auth/callback/${id}`],
  })
  providers.push(
    openidProvider(openid.port, { clients: [clientOf('openid')], users: [GRACE, SAME] }),
    github(hub.port, { clients: [clientOf('github')], users: [LINUS, NEMO] }),
  )
  await Promise.all(providers.map((provider) => provider.start()))
  browser = await openBrowser()
  desk = await newVisitor(browser, stack.webOrigin)
  page = desk.page
})
afterAll(async () => {
  await browser?.close()
  await Promise.all(providers.map((provider) => provider.stop()))
  await stack?.remove()
})

describe('Auth.js in front of the auth server', () => {
  it('signs in with a password, and the API knows who it is', async () => {
    await signUp(page, ada)
    await page.getByText(`${ada.name} (user)`).waitFor()
    await page.getByLabel('New task').fill('Buy ink')
    await page.getByLabel('New task').press('Enter')
    await page.getByRole('listitem').filter({ hasText: 'Buy ink' }).waitFor()

    const me = await identityAtTheApi(page)

    expect(me).toMatchObject({ email: ada.email, role: 'user' })
    expect(Number(me.exp) - Number(me.iat)).toBe(900)
    expect(await tokensInReach(page, ['/tasks'])).toEqual([])
    expect((await sealedCookie(desk))?.httpOnly).toBe(true)
  })

  it('shows another role at once', async () => {
    await countersign(stack, 'users', 'role', ada.email, 'admin')

    await expect.poll(whoIsThere, { timeout: 30_000, interval: 500 }).toBe(`${ada.name} (admin)`)
    expect(await identityAtTheApi(page)).toMatchObject({ role: 'admin' })
  })

  it('leaves the page when another device ends the session', async () => {
    const server = authApi(stack.authUrl, stack.client)
    const phone = await server.login(ada)
    await server.endOtherSessions(phone.refreshToken)

    await expect.poll(visitedPath, { timeout: 30_000, interval: 500 }).toBe('/sign-in')
    await signIn(page, ada)
  })

  it('says why nobody is signed in', async () => {
    const stranger = await newVisitor(browser, stack.webOrigin)
    await stranger.page.goto('/sign-in')

    await fillAndSend(stranger.page, { ...ada, password: 'wrong password' }, 'Sign in')

    await stranger.page.getByText('Email or password is incorrect.').waitFor()
    await stranger.context.close()
  })
})

describe('people whom a provider signs in through Auth.js', () => {
  it.each([
    ['OpenID', GRACE.id, 'Grace (user)'],
    ['GitHub', LINUS.login, 'linus (user)'],
  ])('get a session of the auth server, the same user each time: %s', async (button, id, shown) => {
    const [first, second] = [await enter(button, id), await enter(button, id)]
    await Promise.all([first, second].map((one) => one.page.waitForURL('**/tasks')))

    await first.page.getByText(shown).waitFor()
    const [one, other] = [await identityAtTheApi(first.page), await identityAtTheApi(second.page)]
    expect(one.userId).toBe(other.userId)
    expect(one.sessionId).not.toBe(other.sessionId)
    await Promise.all([first, second].map(({ context }) => context.close()))
  })

  it.each([
    ['GitHub', NEMO.login, 'Please confirm your email first'],
    ['OpenID', SAME.id, 'There is an account with this email that nobody confirmed.'],
  ])('get none with an address that proves nothing: %s, %s', async (button, id, sentence) => {
    const stranger = await enter(button, id)

    await stranger.page.getByText(sentence).waitFor()
    expect(await sealedCookie(stranger)).toBeUndefined()
    await stranger.context.close()
  })
})

/** A new visitor who signs in with a provider. */
async function enter(button: string, id: string): Promise<Visitor> {
  const visitor = await newVisitor(browser, stack.webOrigin)
  await visitor.page.goto('/sign-in')
  await visitor.page.getByRole('button', { name: `Continue with ${button}` }).click()
  await allowAs(visitor.page, id)
  return visitor
}

async function identityAtTheApi(of: Page): Promise<Record<string, unknown>> {
  const { accessToken = '' } = await accessTokenIn(of)
  return (await callWithToken(`${stack.apiUrl}/api/v1/auth/me`, accessToken)).body
}

async function whoIsThere(): Promise<string | null> {
  await page.goto('/tasks')
  return page.getByTestId('who').textContent()
}

async function visitedPath(): Promise<string> {
  await page.goto('/tasks')
  return new URL(page.url()).pathname
}

/** Somebody at GitHub with one address. */
function account(id: string, login: string, verified: boolean) {
  const emails = [{ email: `${login}@example.com`, primary: true, verified }]
  return { id, login, name: login, emails }
}
