import { afterEach, describe, expect, it } from 'vitest'
import { betterAuthIn, headersOf } from './better-auth-app.js'
import { COOKIE } from './browser.js'
import { closeForeign, setUpForeign } from './foreign-app.js'

afterEach(closeForeign)

const ada = { email: 'ada@example.com', password: 'correct horse battery' }

async function setUp() {
  const setup = await setUpForeign({ app: { betterAuthPath: '/api/auth' } })
  return { ...setup, ...betterAuthIn(setup) }
}

async function signedIn() {
  const setup = await setUp()
  expect((await setup.client.signIn.email(ada)).error).toBeNull()
  return setup
}

describe('Better Auth in front of a foreign backend', () => {
  it('signs in, has the session, and signs out there as well', async () => {
    const { client, auth, browser, backend } = await signedIn()

    const session = await client.getSession()
    const onServer = await auth.api.getSession({ headers: headersOf(browser.jar) })
    await client.signOut()

    expect(session.data?.user).toMatchObject({ id: '15', email: ada.email, role: 'user' })
    expect(onServer?.user.id).toBe('15')
    expect(backend.families[0]?.ended).toBe(true)
    expect(browser.jar.size).toBe(0)
    expect((await client.getSession()).data).toBeNull()
  })

  it('creates an account, once', async () => {
    const { client } = await setUp()
    const account = { ...ada, name: 'Ada' }

    const first = await client.signUp.email(account)
    const second = await client.signUp.email(account)

    expect(first.data?.user.email).toBe(ada.email)
    expect(second.error?.code).toBe('USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL')
  })

  it('refuses in Better Auth’s words, and none of the backend’s', async () => {
    const { client } = await setUp()

    const { error } = await client.signIn.email({ ...ada, password: 'wrong' })

    expect(error?.code).toBe('INVALID_EMAIL_OR_PASSWORD')
    expect(JSON.stringify(error)).not.toContain('Nope')
  })

  it('is refreshed once by many requests, though the backend rotates strictly', async () => {
    const { ask, clock, backend } = await signedIn()
    clock.seconds += 899.5

    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/get-session')))

    for (const answer of answers) {
      expect(await answer.json()).toMatchObject({ user: { email: ada.email } })
    }
    expect(backend.count('/refresh')).toBe(1)
    expect(backend.families[0]?.ended).toBe(false)
  })

  it('keeps the session while the backend is away', async () => {
    const { client, clock, browser, backend } = await signedIn()
    clock.seconds += 899.5
    backend.behaviour.intercept = (_call, response) => {
      response.writeHead(502).end('<h1>Bad gateway</h1>')
      return true
    }

    const { data, error } = await client.getSession()

    expect([data, error?.code]).toEqual([null, 'SERVICE_UNAVAILABLE'])
    expect(browser.cookie).toBeDefined()
    backend.behaviour.intercept = undefined
    expect((await client.getSession()).data?.user.id).toBe('15')
  })

  it('ends the session when the backend says so', async () => {
    const { client, clock, browser, backend } = await signedIn()
    clock.seconds += 899.5
    for (const family of backend.families) family.ended = true

    const { data } = await client.getSession()

    expect(data).toBeNull()
    expect(browser.jar.get(COOKIE)).toBeUndefined()
  })
})
