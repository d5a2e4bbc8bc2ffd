import { describe, expect, it } from 'vitest'
import { codeOf, type Setup, setUp } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'

const credentials = { email: 'ada@example.com', password: PASSWORD }
const STEP = { next: 'second_factor', challenge: 'challenge-1', methods: ['totp', 'recovery_code'] }

/** The auth server asks for a code after the password, and takes 123456. */
async function withSecondFactor(): Promise<Setup> {
  const setup = await setUp()
  const { auth } = setup
  auth.behaviour.intercept = ({ path, body }) => {
    if (path === '/login') return Response.json(STEP)
    if (path !== '/second-factor') return undefined
    if (body.code !== '123456' || body.challenge !== 'challenge-1') {
      return Response.json({ code: 'invalid_code' }, { status: 401 })
    }
    auth.behaviour.intercept = undefined
    const init = { method: 'POST', body: JSON.stringify(credentials) }
    return auth.fetch('http://auth.test/api/auth/login', init)
  }
  return setup
}

async function challengeOf(setup: Setup, more: object = {}): Promise<string> {
  const response = await setup.browser.post('login', { ...credentials, ...more })
  return ((await response.json()) as { challenge: string }).challenge
}

describe('POST second-factor', () => {
  it('comes between the password and the session, which has no cookie before it', async () => {
    const setup = await withSecondFactor()

    const response = await setup.browser.post('login', credentials)

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ next: 'second_factor', methods: STEP.methods })
    expect(response.headers.getSetCookie()).toEqual([])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('answers the session, seals the cookie and shows no refresh token', async () => {
    const setup = await withSecondFactor()
    const challenge = await challengeOf(setup)

    const response = await setup.browser.post('second-factor', { challenge, code: '123456' })

    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ tokenType: 'Bearer', user: { role: 'user' } })
    expect(text).not.toMatch(/csr_|refresh/i)
    expect(response.headers.getSetCookie()[0]).toMatch(/Max-Age=604800$/)
    const call = setup.auth.calls.find(({ path }) => path === '/second-factor')
    expect(call?.body).toEqual({ challenge: 'challenge-1', code: '123456' })
    expect(call?.headers.get('authorization')).toMatch(/^Basic /)
  })

  it('remembers what was said with the password', async () => {
    const setup = await withSecondFactor()
    const challenge = await challengeOf(setup, { remember: false })

    const response = await setup.browser.post('second-factor', { challenge, code: '123456' })

    expect(response.headers.getSetCookie()[0]).toMatch(/; Secure$/)
  })

  it.each([
    ['a wrong code', { code: '000000' }],
    ['another challenge', { challenge: 'r.other' }],
    ['no challenge', { challenge: undefined }],
    ['a challenge that is no text', { challenge: { a: 1 } }],
  ])('refuses %s and sets no cookie', async (_name, change) => {
    const setup = await withSecondFactor()
    const challenge = await challengeOf(setup)

    const body = { challenge, code: '123456', ...change }
    const response = await setup.browser.post('second-factor', body)

    expect([response.status, await codeOf(response)]).toEqual([401, 'invalid_code'])
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('refuses a request from another origin', async () => {
    const { browser, auth } = await withSecondFactor()

    const response = await browser.post('second-factor', {}, { origin: 'https://evil.test' })

    expect(await codeOf(response)).toBe('csrf_rejected')
    expect(auth.calls).toEqual([])
  })

  it.each([
    { next: 'second_factor', methods: ['totp'] },
    { next: 'second_factor', challenge: 'c' },
    { next: 'second_factor', challenge: 'c', methods: [1] },
    { next: 'passkey', challenge: 'c', methods: ['totp'] },
  ])('is not asked for by half an answer: %o', async (body) => {
    const { browser, auth } = await setUp()
    auth.behaviour.intercept = () => Response.json(body)

    expect((await browser.post('login', credentials)).status).toBe(503)
  })
})
