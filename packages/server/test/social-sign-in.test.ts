import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  bearer,
  cookieOf,
  expectProblem,
  newEmail,
  PASSWORD,
  type SessionBody,
  WEB_ORIGIN,
} from './server-fixture.js'
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

const sessionOf = async (answer: Response): Promise<SessionBody> => {
  const refreshed = await server.fromBrowser('POST', '/refresh', cookieOf(answer))
  expect(refreshed.status).toBe(200)
  return (await refreshed.json()) as SessionBody
}

describe('a sign-in through an OpenID provider', () => {
  it('gives a browser of the same site its cookie, and no token in any address', async () => {
    const person = somebody()
    const answer = await server.signIn(person, { returnTo: '/tasks?of=mine' })

    expect(locationOf(answer).href).toBe(`${WEB_ORIGIN}/tasks?of=mine`)
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-cs_refresh=csr_[\w-]{72}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=604800$/,
      ),
      expect.stringMatching(/^__Host-cs_device=/),
    ])
    const { user, accessToken } = await sessionOf(answer)
    expect(user).toMatchObject({
      email: person.email,
      name: 'Grace',
      image: person.picture,
      role: 'user',
      emailVerified: true,
    })
    expect((await server.get('/me', bearer(accessToken))).status).toBe(200)
  })

  it('asks with PKCE, a nonce and a state, for an address and no more', async () => {
    const { searchParams: asks } = new URL((await server.begin()).url)

    expect(Object.fromEntries(asks)).toMatchObject({
      client_id: 'countersign',
      redirect_uri: 'https://auth.example.com/api/auth/callback/google',
      response_type: 'code',
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  it('marks the browser by a cookie that no script sees', async () => {
    const { answer } = await server.begin()

    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-cs_social=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
      ),
    ])
  })

  it('ends with the browser for someone who does not want to be remembered', async () => {
    const answer = await server.signIn(somebody(), { remember: false })

    expect(answer.headers.getSetCookie()[0]).not.toContain('Max-Age')
  })

  it('goes on in two tabs at once', async () => {
    const person = somebody()
    const one = await server.begin()
    const two = await server.begin({}, { Cookie: one.cookie })
    expect(two.cookie).toBe(one.cookie)

    const answers = await Promise.all(
      [one, two].map(({ url }) =>
        server.comeBack(server.google.authorize(url, person), one.cookie),
      ),
    )

    expect(answers.map((answer) => locationOf(answer).search)).toEqual(['', ''])
  })

  it('replaces the session that the browser had', async () => {
    const { cookie } = await server.signUpInBrowser()

    await server.signIn(somebody(), {}, { Cookie: cookie })

    const refused = await server.fromBrowser('POST', '/refresh', cookie)
    expect(await expectProblem(refused, 401, 'session_ended')).toMatchObject({
      reason: 'signed_in_again',
    })
  })

  it('leaves the session that the browser had if it comes to nothing', async () => {
    const { cookie } = await server.signUpInBrowser()

    await server.signIn(somebody({ email_verified: false }), {}, { Cookie: cookie })

    expect((await server.fromBrowser('POST', '/refresh', cookie)).status).toBe(200)
  })

  it('takes claims from the userinfo endpoint where the ID token has none', async () => {
    const { sub, ...claims } = somebody()
    server.google.behave({ userinfo: { sub, ...claims } })

    const answer = await server.signIn({ sub })

    expect((await sessionOf(answer)).user.email).toBe(claims.email)
  })

  it('takes no claims of somebody else from there', async () => {
    server.google.behave({ userinfo: somebody() })

    expectReturnedWith(await server.signIn({ sub: 'another' }), 'sign_in_failed')
  })

  it('works for the account of before, whatever became of its address', async () => {
    const person = somebody()
    const first = await sessionOf(await server.signIn(person))

    const changed = { ...person, email: newEmail(), email_verified: false }

    expect((await sessionOf(await server.signIn(changed))).user).toEqual(first.user)
  })

  it('is written in the audit log with the provider', async () => {
    const { user } = await sessionOf(await server.signIn(somebody()))

    const rows = await server.database.query<{ event: string; detail: object }>({
      text: 'select event, detail from countersign_audit where user_id = $1',
      values: [user.id],
    })
    expect(rows).toContainEqual({
      event: 'sign_up.succeeded',
      detail: expect.objectContaining({ method: 'google' }),
    })
  })
})

describe('GET /providers', () => {
  it('tells forms which buttons to show, and no secret', async () => {
    const answer = await server.get('/providers')

    expect(await answer.json()).toEqual({
      providers: [
        { id: 'google', name: 'Google' },
        { id: 'acme', name: 'Acme Staff' },
      ],
    })
    const etag = answer.headers.get('etag') ?? ''
    expect((await server.get('/providers', { 'If-None-Match': etag })).status).toBe(304)
  })
})

describe('a person who says no at the provider', () => {
  it.each([
    ['access_denied', 'access_denied'],
    ['login_required', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['unauthorized_client', 'sign_in_failed'],
    ['toString', 'sign_in_failed'],
  ])('comes back to the page, told of %s', async (error, told) => {
    const { url, cookie } = await server.begin({ returnTo: '/sign-in' })
    const state = new URL(url).searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error, state, iss: server.google.issuer })

    expectReturnedWith(await server.comeBack(query, cookie), told, `${WEB_ORIGIN}/sign-in`)
  })
})

describe('GHSA-g38m-r43w-p2q7: an account is linked', () => {
  const verify = (email: string) =>
    server.database.query({
      text: `update "user" set "emailVerified" = true where email = $1`,
      values: [email],
    })

  it('if the address is verified on both sides', async () => {
    const { email, user } = await server.signUp()
    await verify(email)

    const { user: signedIn } = await sessionOf(await server.signIn(somebody({ email })))

    expect(signedIn.id).toBe(user.id)
  })

  it.each([
    ['here', true, 'account_not_linked'],
    ['there', false, 'email_not_verified'],
    ['there, by a text', 'true', 'email_not_verified'],
  ])('never if it is not verified %s', async (_, email_verified, error) => {
    const { email } = await server.signUp()
    if (email_verified !== true) await verify(email)

    expectReturnedWith(await server.signIn(somebody({ email, email_verified })), error)
    expect((await server.post('/login', { email, password: PASSWORD })).status).toBe(200)
  })

  it.each([
    ['no address', { email: undefined }],
    ['two addresses', { email: 'a@x.example,b@y.example' }],
    ['an address that only looks like one', { email: 'ada＠example.com' }],
  ])('never for %s', async (_, changed) => {
    const person = somebody(changed)
    server.google.behave({ userinfo: { sub: person.sub } })

    expectReturnedWith(await server.signIn(person), 'email_missing')
  })
})

describe('a user who is banned', () => {
  it('is told so after the provider has said who it is', async () => {
    const person = somebody()
    const { user } = await sessionOf(await server.signIn(person))
    await server.database.query({
      text: 'update "user" set banned = true where id = $1',
      values: [user.id],
    })

    expectReturnedWith(await server.signIn(person), 'account_locked')
  })
})
