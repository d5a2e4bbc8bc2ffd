import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BROWSER, cookieOf, expectProblem, WEB_ORIGIN } from './server-fixture.js'
import {
  expectReturnedWith,
  locationOf,
  type SocialServer,
  somebody,
  startSocialServer,
} from './social-fixture.js'

let server: SocialServer
beforeAll(async () => {
  server = await startSocialServer()
})
afterAll(() => server?.close())
beforeEach(() => server.google.behave())

describe('GHSA-x445-f3h2-j279: a state', () => {
  it('of one provider is refused at the callback of another', async () => {
    const { url, cookie } = await server.begin()
    const query = server.google.authorize(url, somebody())

    expectReturnedWith(await server.comeBack(query, cookie, 'acme'), 'sign_in_failed')
    expectReturnedWith(await server.comeBack(query, cookie), 'sign_in_expired')
    expect(server.acme.asked).not.toContain('/token')
  })

  it('is refused with the answer of another provider, by its name (RFC 9207)', async () => {
    const { url, cookie } = await server.begin()
    const query = server.google.authorize(url, somebody())
    query.set('iss', server.acme.issuer)

    expectReturnedWith(await server.comeBack(query, cookie), 'sign_in_failed')
  })

  it.each([
    ['no browser', () => ''],
    ['another browser', () => `__Host-cs_social=${'a'.repeat(43)}`],
    ['a browser with a cookie of another form', () => '__Host-cs_social=x'],
    ['two cookies, of which one was planted', (own: string) => `${own}; __Host-cs_social=x`],
  ])('is refused from %s', async (_, cookieFor) => {
    const { url, cookie } = await server.begin()
    const query = server.google.authorize(url, somebody())

    const answer = await server.comeBack(query, cookieFor(cookie))

    const { searchParams } = locationOf(answer)
    expect(searchParams.get('error')).toMatch(/^(sign_in_failed|temporarily_unavailable)$/)
    expect(cookieOf(answer)).toBe('')
  })

  it.each([
    ['none', ''],
    ['an unknown one', 'state=x&code=y'],
    ['two', `state=${'a'.repeat(43)}&state=x&code=y`],
    ['a long one', `state=${'a'.repeat(5000)}`],
    ['bytes that are no text', 'state=%ff%00&code=%00'],
  ])('goes to the web application without a session if there is %s', async (_, query) => {
    expectReturnedWith(await server.comeBack(query), 'sign_in_expired')
  })
})

describe('GHSA-7w99-5wm4-3g79: a return', () => {
  it('has one success of twenty at once', async () => {
    const { url, cookie } = await server.begin()
    const query = server.google.authorize(url, somebody())

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.comeBack(query, cookie)),
    )

    const errors = answers.map((answer) => locationOf(answer).searchParams.get('error'))
    expect(errors.filter((error) => error === null)).toHaveLength(1)
    expect(errors.filter((error) => error === 'sign_in_expired')).toHaveLength(19)
    expect(answers.filter((answer) => answer.headers.has('set-cookie'))).toHaveLength(1)
  })

  it('makes one user of ten first sign-ins at once', async () => {
    const person = somebody()

    const answers = await Promise.all(Array.from({ length: 10 }, () => server.signIn(person)))

    expect(answers.map((answer) => locationOf(answer).search)).toEqual(Array(10).fill(''))
    const users = await server.database.query({
      text: 'select id from "user" where email = $1',
      values: [person.email],
    })
    expect(users).toHaveLength(1)
  })
})

describe('CVE-2026-31813: an ID token', () => {
  const past = Math.floor(Date.now() / 1000) - 3600

  it.each([
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['signed by somebody else', { foreignKey: true }],
    ['for another client', { claims: { aud: 'another' } }],
    ['for several clients, without ours as its user', { claims: { aud: ['countersign', 'x'] } }],
    ['of another sign-in, by its nonce', { claims: { nonce: 'another' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['that ended', { claims: { iat: past, exp: past + 60 } }],
    ['without an end', { claims: { exp: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
  ])('%s is refused', async (_, behaviour) => {
    server.google.behave(behaviour)

    expectReturnedWith(await server.signIn(somebody()), 'sign_in_failed')
  })

  it('is refused if the code was issued for another verifier', async () => {
    const [first, second] = [await server.begin(), await server.begin()]
    const stolen = server.google.authorize(second.url, somebody())
    stolen.set('state', new URL(first.url).searchParams.get('state') ?? '')

    expectReturnedWith(await server.comeBack(stolen, first.cookie), 'sign_in_failed')
  })
})

describe('a provider that is away', () => {
  it('while somebody returns is no failure of the person', async () => {
    server.google.behave({ tokenStatus: 500 })

    expectReturnedWith(await server.signIn(somebody()), 'temporarily_unavailable')
  })

  it('at the start is 503, with a time to come back', async () => {
    const lonely = await startSocialServer({
      socialProviders: [
        {
          id: 'gone',
          name: 'Gone',
          issuer: 'http://127.0.0.1:1',
          clientId: 'c',
          clientSecret: 's',
        },
      ],
    })

    const answer = await lonely.post('/social/gone', {}, BROWSER)

    await expectProblem(answer, 503, 'service_unavailable')
    expect(answer.headers.get('retry-after')).toBe('5')
    await lonely.close()
  })
})

describe('CVE-2022-24858, CVE-2024-56734 and GHSA-7p99-3798-f85c: returnTo', () => {
  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '\n//evil.example',
    'https://evil.example',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://user:password@app.example.com/',
    'https://app.example.com:8443/',
    'http://app.example.com/',
    'HTTPS://EVIL.EXAMPLE',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://app.example.com/1',
    'https://app.example.com\u0000.evil.example',
    'https://[',
    'https://app.example.com/\ud800',
  ])('refuses %j', async (returnTo) => {
    const answer = await server.post('/social/google', { returnTo }, BROWSER)

    await expectProblem(answer, 400, 'invalid_request')
  })

  it.each([
    ['/tasks', `${WEB_ORIGIN}/tasks`],
    ['tasks', `${WEB_ORIGIN}/tasks`],
    ['https:evil.example', `${WEB_ORIGIN}/evil.example`],
    ['/%09/evil.example', `${WEB_ORIGIN}/%09/evil.example`],
    ['/x?next=https://evil.example', `${WEB_ORIGIN}/x?next=https://evil.example`],
    [`${WEB_ORIGIN}/a#b`, `${WEB_ORIGIN}/a#b`],
    ['HTTPS://APP.EXAMPLE.COM/a', `${WEB_ORIGIN}/a`],
  ])('goes to %j, which is ours', async (returnTo, place) => {
    expect(locationOf(await server.signIn(somebody(), { returnTo })).href).toBe(place)
  })

  it('keeps errors out of what an application has in its address', async () => {
    const answer = await server.signIn(somebody({ email_verified: false }), {
      returnTo: '/sign-in?error=x&error=y&a=b#top',
    })

    expect(locationOf(answer).href).toBe(`${WEB_ORIGIN}/sign-in?error=email_not_verified&a=b#top`)
  })
})

describe('GHSA-3529-5m8x-rpv3: what a request says of its host', () => {
  it('changes neither where the provider nor where we send the browser', async () => {
    const hostile = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
      Forwarded: 'host=evil.example',
    }
    const { url, cookie } = await server.begin({}, hostile)
    const asked = new URL(url)
    const query = server.google.authorize(url, somebody())

    const back = await server.call('GET', `/callback/google?${query}`, {
      headers: { ...hostile, Cookie: cookie },
    })

    expect(asked.searchParams.get('redirect_uri')).toMatch(/^https:\/\/auth\.example\.com\//)
    expect(locationOf(back).origin).toBe(WEB_ORIGIN)
  })
})

describe('CVE-2025-61928: the body of a start', () => {
  it.each(['userId', 'user', 'role', 'email', 'link', 'callbackURL', 'redirect_uri', 'state'])(
    'has no field %s',
    async (field) => {
      const answer = await server.post('/social/google', { [field]: 'x' }, BROWSER)

      await expectProblem(answer, 400, 'invalid_request')
    },
  )
})

describe('CVE-2025-48947: an answer that sets a cookie', () => {
  it('is stored by nobody', async () => {
    const { url, cookie, answer } = await server.begin()
    const back = await server.comeBack(server.google.authorize(url, somebody()), cookie)

    expect(answer.headers.get('cache-control')).toContain('no-store')
    expect(back.headers.get('cache-control')).toBe('private, no-store')
    expect(back.headers.get('referrer-policy')).toBe('no-referrer')
  })
})

describe('a start', () => {
  it.each([
    ['from another site', { Origin: 'https://evil.example' }],
    ['from nowhere', { Origin: 'null' }],
  ])('%s is refused', async (_, headers) => {
    const answer = await server.post('/social/google', {}, { ...BROWSER, ...headers })

    await expectProblem(answer, 403, 'csrf_rejected')
  })

  it('that a form could send is refused', async () => {
    const answer = await server.call('POST', '/social/google', {
      headers: { ...BROWSER, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'returnTo=/',
    })

    await expectProblem(answer, 403, 'csrf_rejected')
  })

  it.each(['github', 'GOOGLE', 'credential', '..', 'a%2Fb', 'constructor'])(
    'with the unknown provider %s is 404',
    async (provider) => {
      const answer = await server.post(`/social/${provider}`, {}, BROWSER)

      await expectProblem(answer, 404, 'not_found')
    },
  )

  it('is limited for each address', async () => {
    const strict = await startSocialServer({ limits: { socialStartsPerIp: 2 } })
    const ask = () => strict.post('/social/google', {}, BROWSER)

    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200])
    const refused = await ask()

    await expectProblem(refused, 429, 'rate_limited')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await strict.close()
  })

  it('leaves nothing in the database by which its return could be made up', async () => {
    const { url } = await server.begin()
    const { searchParams: asks } = new URL(url)

    const rows = await server.database.query({ text: 'select * from countersign_one_time_values' })
    const held = JSON.stringify(rows)
    for (const name of ['state', 'nonce']) expect(held).not.toContain(asks.get(name))
    expect(rows.length).toBeGreaterThan(0)
  })
})
