import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOAuthError, oauthCalls } from './oauth-fixture.js'
import {
  AS_CLIENT,
  BROWSER,
  bearer,
  cookieOf,
  expectProblem,
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

const verifier = randomBytes(32).toString('base64url')
const codeChallenge = createHash('sha256').update(verifier).digest('base64url')

let server: SocialServer
beforeAll(async () => {
  server = await startSocialServer()
})
afterAll(() => server?.close())

/** Somebody with a password, an account at the provider, and a second factor. */
async function armed() {
  const account = await server.signUp()
  const ask = (path: string, body: object) => server.post(path, body, bearer(account.refreshToken))
  await server.database.query({
    text: `update "user" set "emailVerified" = true where email = $1`,
    values: [account.email],
  })
  const person = somebody({ email: account.email })
  await server.signIn(person)
  const enrolled = await ask('/second-factor/enroll', { password: PASSWORD })
  const { secret } = (await enrolled.json()) as { secret: string }
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  const activated = await ask('/second-factor/activate', { code })
  expect(activated.status).toBe(200)
  const { recoveryCodes } = (await activated.json()) as { recoveryCodes: string[] }
  return { person, recoveryCodes, email: account.email, userId: account.user.id }
}

const challengeIn = (answer: Response) =>
  new URLSearchParams(locationOf(answer).hash.slice(1)).get('challenge') ?? ''

describe('GHSA-xg6x-h9c9-2m83: a provider proves half of it to a user with a second factor', () => {
  it('who gets a challenge, in the part of the address that no server sees, and no session', async () => {
    const { person } = await armed()

    const answer = await server.signIn(person, { returnTo: '/sign-in' })

    expectReturnedWith(answer, 'second_factor_required', `${WEB_ORIGIN}/sign-in`)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(challengeIn(answer)).toMatch(/^[\w-]{43}$/)
  })

  it('who finishes it in the browser that went there, with a code', async () => {
    const { person, recoveryCodes, email, userId } = await armed()
    const challenge = challengeIn(await server.signIn(person, { remember: false }))
    const [code] = recoveryCodes

    const wrong = await server.post('/second-factor', { challenge, code: '000000' }, BROWSER)
    const right = await server.post('/second-factor', { challenge, code }, BROWSER)

    await expectProblem(wrong, 401, 'invalid_code')
    expect(cookieOf(right)).toMatch(/^__Host-cs_refresh=csr_/)
    expect(((await right.json()) as SessionBody).user.email).toBe(email)
    const rows = await server.database.query({
      text: `select detail from countersign_audit
             where user_id = $1 and event = 'sign_in.succeeded' order by id desc limit 1`,
      values: [userId],
    })
    expect(rows).toEqual([{ detail: expect.objectContaining({ method: 'google+recovery_code' }) }])
  })

  it('whose web server gets the challenge instead of tokens, and is the one to finish it', async () => {
    const { person, recoveryCodes } = await armed()
    const body = { returnTo: `${WEB_ORIGIN}/social/return`, codeChallenge, remember: false }
    const started = await server.post('/social/google', body, AS_CLIENT)
    const { url } = (await started.json()) as { url: string }
    const back = await server.comeBack(server.google.authorize(url, person as never))
    const code = locationOf(back).searchParams.get('code') ?? ''

    const grant = { grant_type: 'authorization_code', code, code_verifier: verifier }
    const answer = await oauthCalls(server).form('/token', grant, AS_CLIENT)

    const refused = await expectOAuthError(answer, 400, 'invalid_grant')
    expect(refused).toMatchObject({
      reason: 'second_factor_required',
      methods: ['totp', 'recovery_code'],
      remember: false,
    })
    const step = { challenge: refused.challenge, code: recoveryCodes[0] }
    await expectProblem(await server.post('/second-factor', step, BROWSER), 400, 'link_invalid')
    const finished = await server.post('/second-factor', step, AS_CLIENT)
    expect(await finished.json()).toMatchObject({ refreshExpiresIn: 86_400 })
  })

  it('who is banned meanwhile, and gets nothing', async () => {
    const { person, userId } = await armed()
    await server.database.query({
      text: 'update "user" set banned = true where id = $1',
      values: [userId],
    })

    expectReturnedWith(await server.signIn(person), 'account_locked')
  })

  it('who has not turned it on yet, and is simply signed in', async () => {
    const { person } = await armed()
    await server.database.query({
      text: 'update countersign_second_factors set activated_at = null',
    })

    const answer = await server.signIn(person)

    expect(locationOf(answer).search).toBe('')
    expect(cookieOf(answer)).toMatch(/^__Host-cs_refresh=csr_/)
  })
})
