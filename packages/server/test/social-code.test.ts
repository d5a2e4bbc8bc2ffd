import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectOAuthError, oauthCalls } from './oauth-fixture.js'
import { AS_CLIENT, BROWSER, basic, CLIENT, expectProblem, WEB_ORIGIN } from './server-fixture.js'
import {
  expectReturnedWith,
  locationOf,
  type SocialServer,
  somebody,
  startSocialServer,
} from './social-fixture.js'

const OTHER = { id: 'other-web', secret: 'the-secret-of-another-server-0123456789' }
const verifier = randomBytes(32).toString('base64url')
const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
const returnTo = `${WEB_ORIGIN}/api/auth/social/return`

let server: SocialServer
let form: ReturnType<typeof oauthCalls>['form']
beforeAll(async () => {
  server = await startSocialServer({ clients: [CLIENT, OTHER] })
  form = oauthCalls(server).form
})
afterAll(() => server?.close())
beforeEach(() => server.google.behave())

/** As a web server begins for its browser, which has no cookie of ours. */
const start = async (body: object = {}, headers: Record<string, string> = AS_CLIENT) => {
  const answer = await server.post('/social/google', { returnTo, codeChallenge, ...body }, headers)
  expect(answer.status).toBe(200)
  expect(answer.headers.getSetCookie()).toEqual([])
  return ((await answer.json()) as { url: string }).url
}
const comeBack = async (claims: object = somebody(), body: object = {}) => {
  const url = await start(body)
  return server.comeBack(server.google.authorize(url, claims as never))
}
const codeFor = async (claims: object = somebody(), body: object = {}) => {
  const answer = await comeBack(claims, body)
  expect(answer.headers.getSetCookie()).toEqual([])
  return locationOf(answer).searchParams.get('code') ?? ''
}
const redeem = (
  code: string,
  headers: Record<string, string> = AS_CLIENT,
  code_verifier = verifier,
) => form('/token', { grant_type: 'authorization_code', code, code_verifier }, headers)

describe('a sign-in for a web server of another origin', () => {
  it('gives the device a token to be known by, and none to one that has it', async () => {
    const person = somebody()
    const token = (await redeem(await codeFor(person))).headers.get('Countersign-Device') ?? ''
    const known = { ...AS_CLIENT, 'Countersign-Device': token }

    const again = await redeem(await codeFor(person), known)

    expect(token).toMatch(/^csd_/)
    expect([again.status, again.headers.has('Countersign-Device')]).toEqual([200, false])
  })

  it('brings a code, which becomes a session of that server', async () => {
    const person = somebody()
    const back = locationOf(await comeBack(person))
    expect(back.origin + back.pathname).toBe(returnTo)
    expect([...back.searchParams.keys()]).toEqual(['code'])

    const answer = await redeem(back.searchParams.get('code') ?? '')

    const body = await answer.json()
    expect({ status: answer.status, body }).toMatchObject({
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: 900,
        refresh_token: expect.stringMatching(/^csr_/),
        refresh_expires_in: 604_800,
        remember: true,
        user: { email: person.email, name: 'Grace' },
      },
    })
    expect(decodeJwt(body.access_token).client_id).toBe(CLIENT.id)
    expect((await server.refresh(body.refresh_token, AS_CLIENT)).status).toBe(200)
  })

  it('is short for someone who does not want to be remembered', async () => {
    const answer = await redeem(await codeFor(somebody(), { remember: false }))

    expect(await answer.json()).toMatchObject({ remember: false, refresh_expires_in: 86_400 })
  })

  it('works for a web server without a credential, as for any public client', async () => {
    const url = await start({}, {})
    const back = locationOf(await server.comeBack(server.google.authorize(url, somebody())))
    const code = back.searchParams.get('code') ?? ''

    const answer = await redeem(code, {})

    expect(decodeJwt((await answer.json()).access_token).client_id).toBe('public')
  })

  it('comes back with an error and without a code if it was refused', async () => {
    expectReturnedWith(
      await comeBack(somebody({ email_verified: false })),
      'email_not_verified',
      returnTo,
    )
  })

  it('tells the web server if the user was banned meanwhile', async () => {
    const person = somebody()
    const code = await codeFor(person)
    await server.database.query({
      text: 'update "user" set banned = true where email = $1',
      values: [person.email],
    })

    const body = await expectOAuthError(await redeem(code), 400, 'invalid_grant')
    expect(body.reason).toBe('account_locked')
  })
})

describe('GHSA-7w99-5wm4-3g79: a code', () => {
  it('has one success of twenty at once', async () => {
    const code = await codeFor()

    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(code)))

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(400)])
  })

  it.each([
    ['another verifier', AS_CLIENT, randomBytes(32).toString('base64url')],
    ['the challenge as its verifier', AS_CLIENT, codeChallenge],
    ['a short verifier', AS_CLIENT, 'x'],
    ['another client', basic(OTHER.id, OTHER.secret), verifier],
    ['nobody', {}, verifier],
  ])('is used up by %s, without a session', async (_, headers, proof) => {
    const code = await codeFor()

    const answer = await redeem(code, headers as Record<string, string>, proof)

    await expectOAuthError(answer, 400, 'invalid_grant')
    await expectOAuthError(await redeem(code), 400, 'invalid_grant')
  })

  it('lives for a minute', async () => {
    const code = await codeFor()
    await server.database.query({
      text: `update countersign_one_time_values
             set expires_at = expires_at - interval '60 seconds' where purpose = 'social_code'`,
    })

    await expectOAuthError(await redeem(code), 400, 'invalid_grant')
  })

  it.each([
    ['without a code', { code_verifier: verifier }],
    ['without a verifier', { code: 'x' }],
  ])('is not looked for %s', async (_, parameters) => {
    const answer = await form(
      '/token',
      { grant_type: 'authorization_code', ...(parameters as Record<string, string>) },
      AS_CLIENT,
    )

    await expectOAuthError(answer, 400, 'invalid_request')
  })

  it('is not for browsers', async () => {
    const answer = await redeem(await codeFor(), { ...BROWSER })

    expect(answer.status).toBe(403)
  })

  it('is no state, and a state is no code', async () => {
    const url = await start()
    const state = new URL(url).searchParams.get('state') ?? ''

    await expectOAuthError(await redeem(state), 400, 'invalid_grant')
    const answer = await server.comeBack(server.google.authorize(url, somebody()))
    expect(locationOf(answer).searchParams.has('code')).toBe(true)
  })
})

describe('a start', () => {
  it.each([
    ['of a server without a challenge', { returnTo }, AS_CLIENT],
    ['of a server with a path', { returnTo: '/tasks', codeChallenge }, AS_CLIENT],
    ['of a server without a place to return to', { codeChallenge }, AS_CLIENT],
    [
      'of a server with another site',
      { returnTo: 'https://evil.example', codeChallenge },
      AS_CLIENT,
    ],
    [
      'of a server with a page that redeems no codes',
      { returnTo: `${WEB_ORIGIN}/tasks`, codeChallenge },
      AS_CLIENT,
    ],
    ['of a browser with a challenge', { returnTo, codeChallenge }, BROWSER],
    ['with a plain challenge', { returnTo, codeChallenge: 'x'.repeat(44) }, AS_CLIENT],
  ])('%s is refused', async (_, body, headers) => {
    const answer = await server.post('/social/google', body, headers as Record<string, string>)

    await expectProblem(answer, 400, 'invalid_request')
  })
})
