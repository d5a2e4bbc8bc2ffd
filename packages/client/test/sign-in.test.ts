import { describe, expect, it } from 'vitest'
import { FakeBrowser, problem, SERVER, settle, tokenBody, user } from './fake-browser.js'

const ADA = { email: 'ada@b.test', password: 'correct horse' }

describe.each([
  ['the web server', {}, 'https://app.test/api/auth'],
  ['the auth server', { server: SERVER }, `${SERVER}/api/auth`],
])('signing in at %s', (_name, options, base) => {
  it('sends JSON with the cookie and takes the session for every tab, without another request', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(401, 'missing_token')
    const [one, two] = [browser.tab(options), browser.tab(options)]
    for (const { client } of [one, two]) client.subscribe(() => {})
    await settle()
    const asked = browser.asked.length

    const state = await one.client.signIn({ ...ADA, remember: false })
    await settle()

    const [request] = browser.signIns
    expect(request?.url).toBe(`${base}/login`)
    expect(request?.credentials).toBe('include')
    expect(request?.headers.get('content-type')).toBe('application/json')
    expect(await request?.json()).toEqual({ ...ADA, remember: false })
    expect(state).toMatchObject({ status: 'signed_in', user })
    expect(two.client.getState()).toEqual(state)
    expect(await two.client.getAccessToken()).toBe(await one.client.getAccessToken())
    expect(browser.asked).toHaveLength(asked)
  })

  it('waits until no refresh is under way, whose cookie would replace the new one', async () => {
    const browser = new FakeBrowser()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    browser.answerToken = async () => {
      await gate
      return Response.json(tokenBody())
    }
    const [one, two] = [browser.tab(options), browser.tab(options)]
    two.client.subscribe(() => {})
    await settle()

    const signedIn = one.client.signIn(ADA)
    await settle()
    expect(browser.signIns).toEqual([])
    release()

    expect((await signedIn).status).toBe('signed_in')
  })

  it('creates an account', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab(options)

    const state = await client.signUp({ ...ADA, name: 'Ada' })

    expect(browser.signIns[0]?.url).toBe(`${base}/signup`)
    expect(state.status).toBe('signed_in')
  })

  it.each([
    ['invalid_credentials', () => problem(401, 'invalid_credentials')],
    ['rate_limited', () => Response.json({ code: 'rate_limited' }, { status: 429 })],
    ['service_unavailable', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('rejects with %s and changes nothing', async (code, answer) => {
    const browser = new FakeBrowser()
    const { client } = browser.tab(options)
    const before = await client.getAccessToken()
    browser.answerSignIn = answer

    await expect(client.signIn(ADA)).rejects.toMatchObject({ name: 'ClientError', code })

    expect(await client.getAccessToken()).toBe(before)
  })

  it('says when to try again', async () => {
    const browser = new FakeBrowser()
    const headers = { 'retry-after': '30' }
    browser.answerSignIn = () => Response.json({ code: 'rate_limited' }, { status: 429, headers })
    const { client } = browser.tab(options)

    await expect(client.signIn(ADA)).rejects.toMatchObject({ retryAfterSeconds: 30 })
  })

  it('stays signed out when the address has to be confirmed first', async () => {
    const browser = new FakeBrowser()
    browser.answerToken = () => problem(401, 'missing_token')
    browser.answerSignIn = () => new Response(null, { status: 202 })
    const { client } = browser.tab(options)
    await client.getAccessToken()

    expect((await client.signUp(ADA)).status).toBe('signed_out')
  })

  it('signs out there, in every tab', async () => {
    const browser = new FakeBrowser()
    const [one, two] = [browser.tab(options), browser.tab(options)]
    for (const { client } of [one, two]) client.subscribe(() => {})
    await settle()

    await one.client.signOut()
    await settle()

    expect(browser.signOuts.map(({ url }) => url)).toEqual([`${base}/logout`])
    expect(two.client.getState()).toMatchObject({ status: 'signed_out', reason: 'signed_out' })
  })
})

describe('asking the auth server itself', () => {
  it('sends no body, but the cookie and the header that no form can send', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab({ server: `${SERVER}/` })

    expect(await client.getAccessToken()).toMatch(/^header\./)

    const { request } = browser.asked[0] ?? {}
    expect(request?.url).toBe(`${SERVER}/api/auth/refresh`)
    expect(await request?.text()).toBe('')
    expect(request?.headers.get('x-countersign')).toBe('1')
    expect(request?.headers.has('content-type')).toBe(false)
    expect(request?.credentials).toBe('include')
    expect(request?.redirect).toBe('error')
  })

  it('gets another token after a 401, without naming the old one', async () => {
    const browser = new FakeBrowser()
    const { client } = browser.tab({ server: SERVER })
    const first = await client.getAccessToken()
    browser.answerApi = ({ headers }) =>
      headers.get('authorization') === `Bearer ${first}` ? problem(401, 'x') : new Response('ok')

    expect((await client.fetch('https://api.test/tasks')).status).toBe(200)
    expect(browser.asked.map(({ body }) => body)).toEqual([{}, {}])
  })

  it.each(['session_ended', 'refresh_reused', 'refresh_invalid'])(
    'signs out after %s and says why',
    async (code) => {
      const browser = new FakeBrowser()
      const { client } = browser.tab({ server: SERVER })
      const first = String(await client.getAccessToken())
      browser.answerToken = () => problem(401, code, { reason: 'idle_timeout' })

      expect(await client.getAccessToken({ not: first })).toBeNull()
      expect(client.getState()).toMatchObject({ status: 'signed_out', reason: 'idle_timeout' })
    },
  )

  it.each([429, 500, 503])('stays signed in after a %d', async (status) => {
    const browser = new FakeBrowser()
    const { client } = browser.tab({ server: SERVER })
    const first = String(await client.getAccessToken())
    browser.answerToken = () => problem(status, 'session_over_there')

    await expect(client.getAccessToken({ not: first })).rejects.toMatchObject({
      code: 'session_over_there',
    })
    expect(client.getState().status).toBe('signed_in')
  })

  it('does not take the session as one of a token route', async () => {
    const browser = new FakeBrowser()
    const route = browser.tab()
    const direct = browser.tab({ server: SERVER })
    for (const { client } of [route, direct]) client.subscribe(() => {})
    await settle()

    await route.client.signOut()
    await settle()

    expect(direct.client.getState().status).toBe('signed_in')
    expect(tokenBody().user).toEqual(user)
  })
})
