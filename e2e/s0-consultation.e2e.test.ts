import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { callWithToken } from './harness/auth-api.js'
import { newVisitor, openBrowser, sealedCookie, type Visitor } from './harness/browser.js'
import { accessTokenIn, isLogin } from './harness/consultation.js'
import { fillAndSend, newPerson, signIn, signUp } from './harness/daybook.js'
import { type Elsewhere, openElsewhere, sendBlindly } from './harness/elsewhere.js'
import { fetchInPage, keptByThePage, routerRequest } from './harness/in-page.js'
import { allowAs, cancel, openidProvider, reserveProvider } from './harness/openid-provider.js'
import type { ServerProcess } from './harness/process.js'
import { type Stack, startStack } from './harness/stack.js'
import { tellOnFailure } from './harness/told.js'

const WEEK_SECONDS = 7 * 86_400
const CLIENT = { clientId: 'daybook', clientSecret: 'a secret of the provider and the web server' }
const person = newPerson('Ada')
const GRACE = { id: 'grace', email: 'grace@example.com', emailVerified: true, name: 'Grace' }
const MALLORY = { id: 'mallory', email: person.email, emailVerified: false, name: 'Mallory' }

let stack: Stack
let browser: Browser
let elsewhere: Elsewhere
let openid: ServerProcess
let visitor: Visitor
let page: Page

tellOnFailure(() => stack)
beforeAll(async () => {
  const { port, url } = await reserveProvider()
  stack = await startStack({
    database: 'embedded',
    example: 'auth-js',
    authInstances: 0,
    environment: {
      AUTH_OPENID_ISSUER: url,
      AUTH_OPENID_ID: CLIENT.clientId,
      AUTH_OPENID_SECRET: CLIENT.clientSecret,
    },
  })
  const redirectUris = [`${stack.webOrigin}/api/auth/callback/openid`]
  const clients = [{ ...CLIENT, redirectUris }]
  openid = openidProvider(port, { clients, users: [GRACE, MALLORY] })
  await openid.start()
  browser = await openBrowser()
  elsewhere = await openElsewhere()
  visitor = await newVisitor(browser, stack.webOrigin)
  page = visitor.page
})
afterAll(async () => {
  await browser?.close()
  await elsewhere?.close()
  await openid?.stop()
  await stack?.remove()
})

describe('a backend with its own login, and Auth.js in front', () => {
  it('signs up and in through the backend, and calls it as its user', async () => {
    await signUp(page, person)
    await addTask('Buy ink')

    await page.reload()

    await page.getByText(`${person.name} (user)`).waitFor()
    await page.getByText('Buy ink').waitFor()
    expect(stack.authDoor.count(isLogin)).toBe(1)
  })

  it('keeps both tokens in one cookie that no script reads, for seven days', async () => {
    const cookies = await visitor.context.cookies()
    const { accessToken, expiresIn } = await accessTokenIn(page)

    const { value = '', expires = 0, ...attributes } = (await sealedCookie(visitor)) ?? {}
    expect(attributes).toEqual({
      name: '__Host-countersign',
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    })
    expect(value).not.toContain(accessToken)
    expect(Math.abs(expires - Date.now() / 1000 - WEEK_SECONDS)).toBeLessThan(120)
    expect(expiresIn).toBeGreaterThan(780)
    expect(expiresIn).toBeLessThanOrEqual(900)
    const others = cookies.filter(({ name }) => name !== '__Host-countersign')
    expect(others.every(({ name }) => name.startsWith('authjs.'))).toBe(true)
    expect(others.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Lax')).toBe(true)
  })

  it('has a token in no page, payload, storage or database', async () => {
    const { accessToken = 'none' } = await accessTokenIn(page)
    await page.goto('/tasks', { waitUntil: 'networkidle' })

    const payloads = await fetchInPage(page, [
      routerRequest('/tasks'),
      { path: '/api/auth/session' },
    ])
    const kept = await keptByThePage(page)

    const places = [await page.content(), kept.storage, ...payloads.map(({ text }) => text)]
    expect(payloads.map(({ status }) => status)).toEqual([200, 200])
    expect(places.filter((text) => text.includes(accessToken))).toEqual([])
    expect({ ...kept, storage: '' }).toEqual({ cookie: '', storage: '', other: [] })
  })

  it('leads a stranger to the sign-in page and back, and answers none of its routes', async () => {
    const stranger = await newVisitor(browser, stack.webOrigin)

    await stranger.page.goto('/tasks')
    const { pathname, searchParams } = new URL(stranger.page.url())
    const answers = await fetchInPage(stranger.page, [{ path: '/api/countersign/me' }])
    await fillAndSend(stranger.page, person, 'Sign in')
    await stranger.page.waitForURL('**/tasks')

    expect([pathname, searchParams.get('returnTo')]).toEqual(['/sign-in', '/tasks'])
    expect(answers.map(({ status }) => status)).toEqual([401])
    await stranger.context.close()
  })

  it('is signed out without the sealed cookie, whatever the cookie of Auth.js says', async () => {
    const robbed = await newVisitor(browser, stack.webOrigin)
    await signIn(robbed.page, person)

    await robbed.context.clearCookies({ name: '__Host-countersign' })
    await robbed.page.goto('/tasks')
    const [session] = await fetchInPage(robbed.page, [{ path: '/api/auth/session' }])

    expect(new URL(robbed.page.url()).pathname).toBe('/sign-in')
    expect(session?.text).toBe('null')
    const names = (await robbed.context.cookies()).map(({ name }) => name)
    expect(names).not.toContain('authjs.session-token')
    await robbed.context.close()
  })

  it('remembers nobody who does not want to be remembered', async () => {
    const guest = await newVisitor(browser, stack.webOrigin)
    await guest.page.goto('/sign-in')
    await guest.page.getByLabel('Keep me signed in').uncheck()

    await signIn(guest.page, person)

    expect((await sealedCookie(guest))?.expires).toBe(-1)
    await guest.context.close()
  })

  it('has a session per browser, and ends one without the others', async () => {
    const phone = await newVisitor(browser, stack.webOrigin)
    await signIn(phone.page, person)
    const secondTab = await phone.context.newPage()
    await secondTab.goto('/tasks')
    const { accessToken = '' } = await accessTokenIn(phone.page)

    await phone.page.getByRole('button', { name: 'Sign out' }).click()
    await phone.page.waitForURL('**/sign-in')
    await secondTab.waitForURL('**/sign-in')

    const names = (await phone.context.cookies()).map(({ name }) => name)
    expect(names).not.toContain('__Host-countersign')
    expect(names).not.toContain('authjs.session-token')
    const atTheApi = await callWithToken(`${stack.apiUrl}/api/v1/tasks`, accessToken)
    expect(atTheApi.status).toBe(401)
    await page.goto('/tasks')
    await page.getByText('Buy ink').waitFor()
    await phone.context.close()
  })
})

describe('a refused sign-in', () => {
  let stranger: Visitor
  beforeEach(async () => {
    stranger = await newVisitor(browser, stack.webOrigin)
    await stranger.page.goto('/sign-in')
    return () => stranger.context.close()
  })

  it.each([
    ['Email or password is incorrect.', { email: 'nobody@example.com', password: 'whatever' }],
    [
      'This account is locked for now. Please try again later.',
      { email: 'locked@example.com', password: 'locked-password' },
    ],
  ])('says “%s”', async (sentence, credentials) => {
    await fillAndSend(stranger.page, credentials, 'Sign in')

    await stranger.page.getByText(sentence).waitFor()
    expect(await sealedCookie(stranger)).toBeUndefined()
  })

  it('says how long to wait after too many', async () => {
    const credentials = { email: newPerson().email, password: 'guessed' }
    const button = stranger.page.getByRole('button', { name: 'Sign in', exact: true })
    for (let attempts = 0; attempts < 5; attempts += 1) {
      await fillAndSend(stranger.page, credentials, 'Sign in')
      await stranger.page.getByText('Email or password is incorrect.').waitFor()
      await expect.poll(() => button.getAttribute('aria-busy')).toBe('false')
    }

    await fillAndSend(stranger.page, credentials, 'Sign in')

    await stranger.page.getByText(/^Too many attempts. Please try again in \d+ seconds/).waitFor()
  })

  it('says so when the backend is away, and loses nobody who is signed in', async () => {
    const before = await sealedCookie(visitor)
    await stack.api.stop()

    await fillAndSend(stranger.page, person, 'Sign in')
    await stranger.page.getByText('Signing in is not possible just now.').waitFor()

    await stack.api.start()
    await page.goto('/tasks')
    await page.getByText('Buy ink').waitFor()
    expect((await sealedCookie(visitor))?.value).toBe(before?.value)
  })
})

describe.each(['sameSite', 'crossSite'] as const)('a %s page of somebody else', (site) => {
  it.each([
    [
      '/api/auth/callback/consultation-backend',
      `email=${person.email}&password=${person.password}`,
    ],
    ['/api/auth/signout', 'json=true'],
    ['/api/countersign/logout', '{}'],
    ['/api/countersign/login', JSON.stringify(person)],
  ])('posts to %s in vain', async (path, body) => {
    const before = await sealedCookie(visitor)
    const logins = stack.authDoor.count(isLogin)
    const stranger = await visitor.context.newPage()
    await stranger.goto(elsewhere[site])

    await sendBlindly(stranger, { url: stack.webOrigin + path, method: 'POST', body })

    expect(stack.authDoor.count(isLogin)).toBe(logins)
    expect(await sealedCookie(visitor)).toEqual(before)
    expect((await accessTokenIn(page)).status).toBe(200)
    await stranger.close()
  })
})

describe('an OpenID provider through Auth.js', () => {
  let stranger: Visitor
  beforeEach(async () => {
    stranger = await newVisitor(browser, stack.webOrigin)
    await stranger.page.goto('/sign-in')
    await stranger.page.getByRole('button', { name: 'Continue with OpenID' }).click()
    return () => stranger.context.close()
  })

  it('is exchanged once for a session of the backend', async () => {
    await allowAs(stranger.page, GRACE.id)
    await stranger.page.waitForURL('**/tasks')

    await stranger.page.getByText('Grace (user)').waitFor()
    expect(stack.authDoor.count(({ path }) => path === '/auth/external')).toBe(1)
    expect((await accessTokenIn(stranger.page)).status).toBe(200)
  })

  it('does not get into the account of somebody with the same address', async () => {
    await allowAs(stranger.page, MALLORY.id)

    await stranger.page.getByText('Please confirm your email first').waitFor()
    expect(await sealedCookie(stranger)).toBeUndefined()
  })

  it('leads back with a sentence when its user says no', async () => {
    await cancel(stranger.page)

    await stranger.page.getByText('Signing in there did not work.').waitFor()
    expect(await sealedCookie(stranger)).toBeUndefined()
  })
})

async function addTask(title: string): Promise<void> {
  await page.getByLabel('New task').fill(title)
  await page.getByLabel('New task').press('Enter')
  await page.getByRole('listitem').filter({ hasText: title }).waitFor()
}
