import { problemResponse, verifyClientAssertion } from '@countersign/core'
import type { NextAuthConfig } from 'next-auth'
import GitHub from 'next-auth/providers/github'
import { describe, expect, it, vi } from 'vitest'
import { createSignIns } from '../src/auth-js/sign-ins.js'
import type { BackendSource } from '../src/backend.js'
import { insideOf } from '../src/inside.js'
import { setUpAuthJs } from './auth-js-app.js'
import { COOKIE, ORIGIN, setUp } from './browser.js'
import { PASSWORD, SERVER_URL } from './fake-auth-server.js'
import { openid } from './openid-edge.js'

vi.mock('next/headers.js', () => import('./next-headers.js'))

const ISSUER = `${SERVER_URL}/api/auth`
const CLIENT = { id: 'todo-web', secret: 'client secret' }
const ada = { sub: 'g-1', email: 'ada@example.com', email_verified: true, name: 'Ada' }

/** An application where people may sign in with a provider; the auth server exchanges assertions. */
async function withProvider(profile: object = ada, callbacks: NextAuthConfig['callbacks'] = {}) {
  const provider = openid('google', profile)
  const setup = await setUpAuthJs({ providers: [provider.config], callbacks })
  const forms: Record<string, unknown>[] = []
  setup.server.behaviour.intercept = async ({ path, body }) => {
    if (path !== '/token') return undefined
    forms.push(body)
    return exchanged(setup, profile)
  }
  return { ...setup, forms, enter: () => provider.signIn(setup) }
}

type Setup = Awaited<ReturnType<typeof setUpAuthJs>>

/** The answer of the token endpoint, made from a sign-in of the fake server. */
async function exchanged({ server }: Setup, profile: object): Promise<Response> {
  const { email } = profile as { email: string }
  const login = await server.fetch(`${ISSUER}/login`, {
    method: 'POST',
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  const { accessToken, expiresIn, refreshToken, refreshExpiresIn, user } = await login.json()
  return Response.json({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    refresh_token: refreshToken,
    refresh_expires_in: refreshExpiresIn,
    user,
  })
}

describe('a sign-in with a provider of Auth.js', () => {
  it('keeps the token of the device, and tells it with the next one', async () => {
    const { enter, server, browser } = await withProvider()
    const answer = server.behaviour.intercept
    server.behaviour.intercept = async (call) => {
      const response = await answer?.(call)
      response?.headers.set('Countersign-Device', 'csd_token')
      return response
    }

    await enter()
    await enter()

    expect(browser.jar.get(`${COOKIE}-device`)).toBe('csd_token')
    const told = server.calls
      .filter(({ path }) => path === '/token')
      .map(({ headers }) => headers.get('Countersign-Device'))
    expect(told).toEqual([null, 'csd_token'])
  })

  it('becomes a session of Countersign by one exchange', async () => {
    const { enter, forms, session, browser, clock } = await withProvider()

    const page = await enter()

    expect(page.searchParams.get('error')).toBeNull()
    expect(browser.jar.has(COOKIE)).toBe(true)
    expect((await session())?.user).toMatchObject({ id: 'user-ada@example.com', role: 'user' })
    expect(forms).toHaveLength(1)
    const assertion = verifyClientAssertion(String(forms[0]?.subject_token), {
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      issuer: ISSUER,
      now: () => clock.seconds,
    })
    expect(assertion).toMatchObject({
      provider: 'google',
      accountId: 'g-1',
      email: 'ada@example.com',
      emailVerified: true,
      name: 'Ada',
    })
  })

  it.each([
    [{ ...ada, email_verified: false }, false],
    [{ ...ada, email_verified: undefined }, false],
    [{ ...ada, email_verified: 'true' }, true],
  ])('says of the address what the provider says: %j', async (profile, isVerified) => {
    const { enter, forms } = await withProvider(profile)

    await enter()

    const [, payload = ''] = String(forms[0]?.subject_token).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    expect(claims.email_verified).toBe(isVerified)
  })

  it.each([
    [
      Response.json({ error: 'invalid_grant', reason: 'account_not_linked' }, { status: 400 }),
      'account_not_linked',
    ],
    [Response.json({ error: 'invalid_client' }, { status: 401 }), 'service_unavailable'],
    [Response.json({ access_token: 'x' }), 'service_unavailable'],
    [problemResponse('service_unavailable'), 'service_unavailable'],
    [new Response('<html>'), 'service_unavailable'],
  ])('leads back with a code where the auth server gives no session: %#', async (answer, code) => {
    const { enter, server, browser } = await withProvider()
    server.behaviour.intercept = ({ path }) => (path === '/token' ? answer : undefined)

    const page = await enter()

    expect([page.pathname, page.searchParams.get('code')]).toEqual(['/sign-in', code])
    expect(browser.jar.has(COOKIE)).toBe(false)
  })

  it('is not exchanged for somebody whom the application refuses, or who has no address', async () => {
    const refused = await withProvider(ada, { signIn: () => false })
    const nameless = await withProvider({ sub: 'g-2', name: 'Nemo' })

    await refused.enter()
    const page = await nameless.enter()

    expect([refused.forms, nameless.forms]).toEqual([[], []])
    expect(page.searchParams.get('code')).toBe('provider_failed')
  })

  it('leaves no session behind when a callback of the application throws', async () => {
    const jwt = () => Promise.reject(new Error('a bug'))
    const { enter, server, browser } = await withProvider(ada, { jwt })

    await enter()

    expect([...server.rows.values()].map(({ endedFor }) => endedFor)).toEqual(['signed_out'])
    expect(browser.jar.has(COOKIE)).toBe(false)
  })
})

describe('GitHub, which says in a list of its own what is verified', () => {
  const listed = { email: 'Ada@example.com', primary: true, verified: true }

  it.each([
    ['verified', Response.json([listed]), true],
    ['not verified', Response.json([{ ...listed, verified: false }]), false],
    ['another one', Response.json([{ ...listed, email: 'eve@example.com' }]), false],
    ['no list', Response.json({ message: 'Not Found' }, { status: 404 }), false],
    ['nonsense', new Response('<html>'), false],
  ])('is asked about the address: %s', async (_, answer, expected) => {
    const { clock, auth: server } = await setUp()
    const asked: (string | null)[] = []
    const fetch: typeof globalThis.fetch = async (url, init) => {
      if (!String(url).startsWith('https://api.github.com')) return server.fetch(url, init)
      asked.push(String(url), new Headers(init?.headers).get('authorization'))
      return answer
    }
    const sent: boolean[] = []
    const backend: BackendSource = () => ({
      ...NO_BACKEND,
      exchange: async ({ emailVerified }) => {
        sent.push(emailVerified)
        return { kind: 'pending' }
      },
    })
    const options = { fetch, backend, ...OF_NO_AUTH_SERVER, now: () => clock.seconds }
    const { app } = await setUp(options)
    const signIns = createSignIns(insideOf(app).context, {
      makeError: (code) => new Error(code),
      providers: [GitHub],
    })
    const account = { provider: 'github', providerAccountId: '1', access_token: 'gho' }
    const user = { email: 'ada@example.com' }

    const signIn = signIns.byProvider(user, { account, user, profile: {} }, new Request(ORIGIN))

    await expect(signIn).rejects.toThrow('email_not_verified')
    expect(asked).toEqual(['https://api.github.com/user/emails', 'Bearer gho'])
    expect(sent).toEqual([expected])
  })
})

/** Options of `setUp` that mean nothing beside a backend. */
const OF_NO_AUTH_SERVER = { server: undefined, audience: undefined, client: undefined }

const unasked = async () => {
  throw new Error('nobody asks this backend')
}
const NO_BACKEND = {
  signIn: unasked,
  signUp: unasked,
  refresh: unasked,
  signOut: unasked,
  me: unasked,
}
