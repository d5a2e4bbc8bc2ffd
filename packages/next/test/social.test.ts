import { createHash } from 'node:crypto'
import { problemResponse } from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { COOKIE, codeOf, ORIGIN, type Setup, setUp } from './browser.js'
import { PASSWORD } from './fake-auth-server.js'

const SOCIAL = `${COOKIE}-social`
const AT_PROVIDER = 'https://accounts.google.test/authorize?state=s'

interface Started {
  readonly returnTo: string
  readonly codeChallenge: string
  readonly remember?: boolean
}

/** An auth server with a provider, whose codes are good for the verifier of their start. */
async function withProvider(options = {}): Promise<Setup & { starts: Started[] }> {
  const setup = await setUp({ signInPath: '/sign-in', ...options })
  const { auth } = setup
  const starts: Started[] = []
  const redeem = async ({ body }: { readonly body: Record<string, unknown> }) => {
    const made = createHash('sha256').update(String(body.code_verifier)).digest('base64url')
    const start = starts.at(-1)
    if (body.grant_type !== 'authorization_code' || made !== start?.codeChallenge) {
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    }
    if (body.code === 'banned') {
      return Response.json({ error: 'invalid_grant', reason: 'account_locked' }, { status: 400 })
    }
    const remember = start.remember !== false
    const credentials = { email: 'ada@example.com', password: PASSWORD, remember }
    const init = { method: 'POST', body: JSON.stringify(credentials) }
    const session = await auth.fetch('http://auth.test/api/auth/login', init)
    const { accessToken, expiresIn, refreshToken, refreshExpiresIn, user } = await session.json()
    return Response.json({
      ...{ access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn },
      ...{ refresh_token: refreshToken, refresh_expires_in: refreshExpiresIn, user, remember },
    })
  }
  auth.behaviour.intercept = (call) => {
    if (call.path === '/token') return redeem(call)
    if (call.path !== '/social/google') return undefined
    starts.push(call.body as unknown as Started)
    return Response.json({ url: AT_PROVIDER })
  }
  return { ...setup, starts }
}

const begin = (setup: Setup, body: object = { returnTo: '/tasks?of=mine' }) =>
  setup.browser.post('social/google', body)

/** The path at which the provider's answer comes back, below the base path. */
const backWith = (starts: readonly Started[], query: string) => {
  const { pathname, search } = new URL(starts.at(-1)?.returnTo ?? ORIGIN)
  return `${pathname.replace('/api/auth/', '')}${search || '?'}&${query}`
}

describe('POST social/{provider}', () => {
  it('answers where to go, and keeps the verifier in a cookie of this origin', async () => {
    const setup = await withProvider()

    const response = await begin(setup)

    expect([response.status, await response.json()]).toEqual([200, { url: AT_PROVIDER }])
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-countersign-social=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
      ),
    ])
    const verifier = setup.browser.jar.get(SOCIAL) ?? ''
    expect(setup.starts).toEqual([
      {
        returnTo: `${ORIGIN}/api/auth/social/return?to=%2Ftasks%3Fof%3Dmine`,
        codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      },
    ])
  })

  it('says who asks: this web server, for its visitor', async () => {
    const setup = await withProvider({ clientIp: () => '203.0.113.9' })

    await begin(setup)

    const { headers } = setup.auth.calls[0] ?? { headers: new Headers() }
    expect(headers.get('authorization')).toMatch(/^Basic /)
    expect(headers.get('countersign-user-ip')).toBe('203.0.113.9')
    expect(headers.get('countersign-user-agent')).toBe('Test/1.0')
  })

  it.each([
    ['github', () => problemResponse('not_found'), 404, 'not_found'],
    ['google', () => problemResponse('rate_limited'), 429, 'rate_limited'],
    ['google', () => problemResponse('service_unavailable'), 503, 'service_unavailable'],
    ['google', () => Response.json({ url: 'javascript:alert(1)' }), 503, 'service_unavailable'],
    ['google', () => Response.json({}), 503, 'service_unavailable'],
  ])('for %s hands a refusal on, and trusts no answer', async (provider, answer, status, code) => {
    const setup = await setUp()
    setup.auth.behaviour.intercept = answer

    const response = await setup.browser.post(`social/${provider}`, {})

    expect([response.status, await codeOf(response)]).toEqual([status, code])
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it.each(['social/..%2Flogin', 'social/', 'social/GOOGLE', 'social/a/b', 'social/a.b'])(
    'asks nobody for POST %s',
    async (path) => {
      const setup = await setUp()

      const response = await setup.browser.post(path, {})

      expect([response.status, await codeOf(response)]).toEqual([404, 'not_found'])
      expect(setup.auth.calls).toEqual([])
    },
  )

  it('is refused to another site', async () => {
    const setup = await withProvider()

    const response = await setup.browser.post('social/google', {}, { origin: 'https://evil.test' })

    expect([response.status, await codeOf(response)]).toEqual([403, 'csrf_rejected'])
    expect(setup.starts).toEqual([])
  })
})

describe('GET social/return', () => {
  it('redeems the code, seals the session, and goes to the page that was wanted', async () => {
    const setup = await withProvider()
    await begin(setup)

    const response = await setup.browser.call(backWith(setup.starts, 'code=c'))

    expect([response.status, response.headers.get('location')]).toEqual([303, '/tasks?of=mine'])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(setup.browser.cookie).toMatch(/^v1\./)
    expect((await setup.browser.call('me')).status).toBe(200)
  })

  it('ends with the browser for someone who does not want to be remembered', async () => {
    const setup = await withProvider()
    await begin(setup, { remember: false })

    const response = await setup.browser.call(backWith(setup.starts, 'code=c'))

    expect(response.headers.getSetCookie().join()).not.toContain('Max-Age')
  })

  it('leads to the second step, whose challenge no server sees', async () => {
    const setup = await withProvider()
    await begin(setup, { returnTo: '/tasks', remember: false })
    setup.auth.behaviour.intercept = () =>
      Response.json(
        {
          error: 'invalid_grant',
          reason: 'second_factor_required',
          ...{ challenge: 'c', methods: ['totp'], remember: false },
        },
        { status: 400 },
      )

    const response = await setup.browser.call(backWith(setup.starts, 'code=c'))

    expect(response.headers.get('location')).toBe(
      '/sign-in?returnTo=%2Ftasks&error=second_factor_required#challenge=s.c',
    )
    expect(setup.browser.cookie).toBe(undefined)
  })

  it('keeps the token of the device, and tells it with the next code', async () => {
    const setup = await withProvider()
    const { auth, browser, starts } = setup
    const answer = auth.behaviour.intercept
    auth.behaviour.intercept = async (call) => {
      const response = await answer?.(call)
      if (call.path === '/token') response?.headers.set('Countersign-Device', 'csd_token')
      return response
    }

    for (const code of ['code=1', 'code=2']) {
      await begin(setup)
      await browser.call(backWith(starts, code))
    }

    expect([browser.jar.get(`${COOKIE}-device`), browser.jar.has(COOKIE)]).toEqual([
      'csd_token',
      true,
    ])
    const told = auth.calls
      .filter(({ path }) => path === '/token')
      .map(({ headers }) => headers.get('Countersign-Device'))
    expect(told).toEqual([null, 'csd_token'])
  })

  it('ends the session that was there', async () => {
    const setup = await withProvider()
    await setup.browser.login()
    await begin(setup)

    await setup.browser.call(backWith(setup.starts, 'code=c'))

    const [first, second] = [...setup.auth.rows.values()]
    expect([first?.endedFor, second?.endedFor]).toEqual(['signed_out', undefined])
  })

  it('works in two tabs that began together', async () => {
    const setup = await withProvider()
    await begin(setup)
    const first = backWith(setup.starts, 'code=one')
    await begin(setup, { returnTo: '/session' })

    const answers = [
      await setup.browser.call(first),
      await setup.browser.call(backWith(setup.starts, 'code=two')),
    ]

    expect(answers.map((answer) => answer.headers.get('location'))).toEqual([
      '/tasks?of=mine',
      '/session',
    ])
  })

  it.each([
    ['access_denied', 'access_denied'],
    ['account_not_linked', 'account_not_linked'],
    ['<script>', 'sign_in_failed'],
    ['', 'sign_in_failed'],
  ])('with the error "%s" goes to the sign-in page, which can say so', async (error, told) => {
    const setup = await withProvider()
    await begin(setup)

    const query = new URLSearchParams({ error }).toString()
    const response = await setup.browser.call(backWith(setup.starts, query))

    const wanted = new URLSearchParams({ returnTo: '/tasks?of=mine', error: told })
    expect(response.headers.get('location')).toBe(`/sign-in?${wanted}`)
    expect(setup.browser.cookie).toBe(undefined)
  })

  it.each([
    ['of a banned user', 'banned', undefined, 'account_locked'],
    ['without the cookie of its start', 'c', null, 'sign_in_expired'],
    ['with the cookie of another start', 'c', 'a'.repeat(43), 'sign_in_expired'],
    ['with a planted cookie', 'c', 'x', 'sign_in_expired'],
    ['that is none', '', undefined, 'sign_in_expired'],
  ])('signs nobody in by a code %s', async (_, code, cookie, told) => {
    const setup = await withProvider()
    await begin(setup)
    if (cookie === null) setup.browser.jar.delete(SOCIAL)
    else if (cookie) setup.browser.jar.set(SOCIAL, cookie)

    const response = await setup.browser.call(backWith(setup.starts, `code=${code}`))

    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toContain(`error=${told}`)
    expect(setup.browser.cookie).toBe(undefined)
  })

  it.each([500, 503, 429, 200])(
    'says that it may go by if the server answers %s',
    async (status) => {
      const setup = await withProvider()
      await begin(setup)
      setup.auth.behaviour.intercept = () => Response.json({}, { status })

      const response = await setup.browser.call(backWith(setup.starts, 'code=c'))

      expect(response.headers.get('location')).toContain('error=temporarily_unavailable')
    },
  )

  it.each([
    '//evil.test',
    '/\\evil.test',
    'https://evil.test',
    '/..//evil.test',
    'javascript:alert(1)',
    '/\t/evil.test',
  ])('never leads to %j (GHSA-7p99-3798-f85c)', async (to) => {
    const setup = await withProvider()
    await begin(setup)
    const query = new URLSearchParams({ to, code: 'c' })

    const response = await setup.browser.call(`social/return?${query}`)

    expect(response.headers.get('location')).toBe('/')
  })

  it('is not there for a backend of another kind', async () => {
    const backend = () => ({ signIn: async () => ({ kind: 'pending' }) }) as never
    const { app } = await setUp({
      ...{ backend, server: undefined, audience: undefined, client: undefined },
    })

    const request = new Request(`${ORIGIN}/api/auth/social/google`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'x-countersign': '1' },
    })
    const response = await app.handlers.POST(request)

    expect([response.status, await codeOf(response)]).toEqual([404, 'not_supported'])
  })
})
