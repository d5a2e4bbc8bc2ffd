import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditOf } from './audit-fixture.js'
import { DATABASES } from './databases.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import {
  type Account,
  BROWSER,
  bearer,
  expectProblem,
  PASSWORD,
  rowCounts,
  type SessionBody,
  startServer,
} from './server-fixture.js'

interface Armed {
  readonly account: Account
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** A code of the app: of now, or of half a minute later, which is taken as well. */
const codeOf = (secret: string, later = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: Date.now() + later * 30_000,
  })
const TWENTY = Array.from({ length: 20 })

describe.each(DATABASES)('a second factor on %s', (_name, open) => {
  let server: MailingServer
  beforeAll(async () => {
    server = await startMailingServer({ signUpMode: 'instant' }, open)
  })
  afterAll(() => server?.close())

  const ask = (path: string, account: Account, body: object) =>
    server.post(path, body, bearer(account.refreshToken))
  const prove = (path: string, account: Account, password = PASSWORD) =>
    ask(path, account, { password })
  const logIn = (email: string, headers = {}) =>
    server.post('/login', { email, password: PASSWORD, remember: false }, headers)
  const challengeOf = async (email: string) => {
    const { challenge } = (await (await logIn(email)).json()) as { challenge: string }
    return challenge
  }
  const finish = (challenge: string, code: string, headers = {}) =>
    server.post('/second-factor', { challenge, code }, headers)
  const enroll = async (account: Account) =>
    (await (await prove('/second-factor/enroll', account)).json()) as {
      uri: string
      secret: string
    }
  const arm = async (): Promise<Armed> => {
    const account = await server.signUp()
    const { secret } = await enroll(account)
    const answer = await ask('/second-factor/activate', account, { code: codeOf(secret) })
    expect(answer.status).toBe(200)
    // As if it had been a while ago: the code of now may be used once more.
    await server.database.query({
      text: 'update countersign_second_factors set last_step = 0 where user_id = $1',
      values: [account.user.id],
    })
    return { account, secret, ...((await answer.json()) as Pick<Armed, 'recoveryCodes'>) }
  }
  const refusesStrangers = async (path: string, account: Account) => {
    await expectProblem(await prove(path, account, 'wrong password'), 401, 'invalid_credentials')
    const body = { password: PASSWORD }
    const withAccess = await server.post(path, body, bearer(account.accessToken))
    await expectProblem(withAccess, 401, 'invalid_token')
    await expectProblem(await server.post(path, body), 401, 'missing_token')
    const foreign = await server.post(path, body, { Origin: 'https://attacker.example' })
    await expectProblem(foreign, 403, 'csrf_rejected')
  }
  const events = async ({ user }: Account) =>
    (await auditOf(server.database, { userId: user.id })).map(({ event }) => event)

  it('is asked for after the password once it was turned on, and its owner is told', async () => {
    const { account, secret } = await arm()

    const half = await logIn(account.email)
    const { challenge, ...rest } = (await half.json()) as { challenge: string }
    expect(rest).toEqual({ next: 'second_factor', methods: ['totp', 'recovery_code'] })
    const answer = await finish(challenge, codeOf(secret))

    expect(answer.status).toBe(200)
    const session = (await answer.json()) as SessionBody
    expect(session).toMatchObject({ user: { email: account.email }, refreshExpiresIn: 86_400 })
    expect((await server.get('/me', bearer(session.accessToken))).status).toBe(200)
    await server.mailTo(account.email, /turned on/)
    expect(await events(account)).toEqual(
      expect.arrayContaining(['second_factor.enrolled', 'second_factor.activated']),
    )
  })

  it('is what an app reads from a picture', async () => {
    const account = await server.signUp()

    const { uri, secret } = await enroll(account)

    const label = `app.example.com:${encodeURIComponent(account.email)}`
    expect(uri).toContain(`otpauth://totp/${label}?`)
    expect(new URL(uri).searchParams.get('secret')).toBe(secret)
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  })

  it('leaves nothing between the steps that opens anything (GHSA-xg6x-h9c9-2m83)', async () => {
    const { account } = await arm()
    const before = await rowCounts(server.database)

    const half = await logIn(account.email, BROWSER)

    expect(half.headers.getSetCookie()).toEqual([])
    const body = (await half.json()) as { challenge: string }
    expect(Object.keys(body).sort()).toEqual(['challenge', 'methods', 'next'])
    const after = await rowCounts(server.database)
    for (const table of ['session', 'countersign_sessions']) {
      expect([table, after[table]]).toEqual([table, before[table]])
    }
    const headers = bearer(body.challenge)
    const cookie = `__Host-cs_refresh=${body.challenge}`
    expect((await server.get('/me', headers)).status).toBe(401)
    expect((await server.get('/sessions', headers)).status).toBe(401)
    expect((await server.refresh(body.challenge)).status).toBe(401)
    expect((await server.fromBrowser('POST', '/refresh', cookie)).status).toBe(401)
    expect((await server.fromBrowser('GET', '/sessions', cookie)).status).toBe(401)
    const change = { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }
    expect((await server.post('/password/change', change, headers)).status).toBe(401)
    for (const path of ['/email/verify', '/email/change/confirm', '/password/reset']) {
      const given = {
        token: body.challenge,
        ...(path.endsWith('reset') ? { password: 'x'.repeat(12) } : {}),
      }
      await expectProblem(await server.post(path, given), 400, 'link_invalid')
    }
  })

  it('gives a browser its cookie after the last step only', async () => {
    const { account, secret } = await arm()

    const answer = await finish(await challengeOf(account.email), codeOf(secret), BROWSER)

    expect(answer.headers.getSetCookie()[0]).toContain('__Host-cs_refresh=csr_')
    expect(await answer.json()).not.toHaveProperty('refreshToken')
  })

  it('takes a code of the app once, and none that is older', async () => {
    const { account, secret } = await arm()
    const [older, newer] = [codeOf(secret), codeOf(secret, 1)]
    expect((await finish(await challengeOf(account.email), newer)).status).toBe(200)

    const challenge = await challengeOf(account.email)

    await expectProblem(await finish(challenge, newer), 401, 'invalid_code')
    await expectProblem(await finish(challenge, older), 401, 'invalid_code')
  })

  it('takes one of twenty codes at once, whatever kind', async () => {
    const { account, secret, recoveryCodes } = await arm()
    for (const code of [codeOf(secret, 1), recoveryCodes[0] ?? '']) {
      const challenges = await Promise.all(TWENTY.map(() => challengeOf(account.email)))

      const answers = await Promise.all(challenges.map((challenge) => finish(challenge, code)))

      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    }
  })

  it('makes one session of a challenge that is answered with twenty good codes', async () => {
    const { account, recoveryCodes } = await arm()
    const challenge = await challengeOf(account.email)

    const answers = await Promise.all(recoveryCodes.map((code) => finish(challenge, code)))

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('takes a recovery code however it is typed, once, and tells its owner', async () => {
    const { account, recoveryCodes } = await arm()
    const [code = ''] = recoveryCodes
    expect(recoveryCodes).toHaveLength(10)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
    const typed = code.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')

    expect((await finish(await challengeOf(account.email), typed)).status).toBe(200)

    const again = await finish(await challengeOf(account.email), code)
    await expectProblem(again, 401, 'invalid_code')
    await server.mailTo(account.email, /recovery code was used/)
    expect(await events(account)).toContain('second_factor.recovery_code_used')
    const state = await server.get('/second-factor', bearer(account.refreshToken))
    expect(await state.json()).toEqual({ enabled: true, recoveryCodesLeft: 9 })
  })

  it('allows five tries for a challenge, and none once it has ended', async () => {
    const { account, secret } = await arm()
    const challenge = await challengeOf(account.email)
    for (let n = 0; n < 5; n += 1) {
      await expectProblem(await finish(challenge, '000000'), 401, 'invalid_code')
    }
    await expectProblem(await finish(challenge, codeOf(secret)), 400, 'link_invalid')
    const late = await challengeOf(account.email)
    await server.database.query({
      text: 'update countersign_one_time_values set expires_at = clock_timestamp()',
    })

    await expectProblem(await finish(late, codeOf(secret)), 400, 'link_invalid')

    await expectProblem(await finish('x'.repeat(43), codeOf(secret)), 400, 'link_invalid')
    expect(await events(account)).toContain('second_factor.refused')
  })

  it('is nothing that a password changed meanwhile lets through', async () => {
    const { account, secret } = await arm()
    const challenge = await challengeOf(account.email)
    const newPassword = 'a new and longer password'
    await ask('/password/change', account, { currentPassword: PASSWORD, newPassword })

    expect((await finish(challenge, codeOf(secret))).status).not.toBe(200)
  })

  it('is not asked for before the first code, and not turned on by a wrong one', async () => {
    const account = await server.signUp()
    const { secret } = await enroll(account)

    const wrong = await ask('/second-factor/activate', account, { code: '000000' })

    await expectProblem(wrong, 401, 'invalid_code')
    expect(await (await logIn(account.email)).json()).toHaveProperty('accessToken')
    expect((await ask('/second-factor/activate', account, { code: codeOf(secret) })).status).toBe(
      200,
    )
    expect(await (await logIn(account.email)).json()).toHaveProperty('challenge')
  })

  it('is not replaced while it is on', async () => {
    const { account, secret } = await arm()

    await expectProblem(await prove('/second-factor/enroll', account), 400, 'invalid_request')

    expect((await finish(await challengeOf(account.email), codeOf(secret))).status).toBe(200)
  })

  it('is turned off with the password, and its owner is told', async () => {
    const { account } = await arm()

    expect((await prove('/second-factor/disable', account)).status).toBe(204)

    expect(await (await logIn(account.email)).json()).toHaveProperty('accessToken')
    await server.mailTo(account.email, /turned off/)
    const [codes] = await server.database.query<{ count: number }>({
      text: `select count(*)::integer as count from countersign_recovery_codes where user_id = $1`,
      values: [account.user.id],
    })
    expect(codes?.count).toBe(0)
  })

  it('has new recovery codes for the password, and the old ones open nothing', async () => {
    const { account, recoveryCodes } = await arm()

    const answer = await prove('/second-factor/recovery-codes', account)

    const fresh = ((await answer.json()) as Pick<Armed, 'recoveryCodes'>).recoveryCodes
    const challenge = await challengeOf(account.email)
    await expectProblem(await finish(challenge, recoveryCodes[1] ?? ''), 401, 'invalid_code')
    expect((await finish(challenge, fresh[0] ?? '')).status).toBe(200)
    await server.mailTo(account.email, /New recovery codes/)
  })

  it('does nothing without the password and the session', async () => {
    const { account, secret } = await arm()

    for (const path of ['enroll', 'disable', 'recovery-codes']) {
      await refusesStrangers(`/second-factor/${path}`, account)
    }

    expect((await finish(await challengeOf(account.email), codeOf(secret))).status).toBe(200)
  })

  it('rests encrypted, and its recovery codes as hashes', async () => {
    const { secret, recoveryCodes, account } = await arm()

    const [row] = await server.database.query<{ secret: string; codes: string }>({
      text: `select encode(f.sealed_secret, 'escape') as secret,
               (select string_agg(encode(r.hash, 'escape'), ' ') from countersign_recovery_codes r
                where r.user_id = f.user_id) as codes
             from countersign_second_factors f where f.user_id = $1`,
      values: [account.user.id],
    })

    expect(row?.secret).not.toContain(secret)
    for (const code of recoveryCodes) expect(row?.codes).not.toContain(code.replace('-', ''))
  })

  it('says whether it is on to its own user alone', async () => {
    const account = await server.signUp()

    const answer = await server.get('/second-factor', bearer(account.refreshToken))

    expect(await answer.json()).toEqual({ enabled: false, recoveryCodesLeft: 0 })
    await expectProblem(await server.get('/second-factor'), 401, 'missing_token')
  })
})

it('counts wrong codes of a user over all challenges', async () => {
  const server = await startServer({ limits: { loginFailuresPerIp: 1000, signupsPerIp: 1000 } })
  const account = await server.signUp()
  const session = bearer(account.refreshToken)
  const enrolled = await server.post('/second-factor/enroll', { password: PASSWORD }, session)
  const { secret } = (await enrolled.json()) as { secret: string }
  await server.post('/second-factor/activate', { code: codeOf(secret) }, session)
  const finish = async (code: string) => {
    const body = { email: account.email, password: PASSWORD }
    const { challenge } = (await (await server.post('/login', body)).json()) as {
      challenge: string
    }
    return server.post('/second-factor', { challenge, code })
  }

  for (let n = 0; n < 5; n += 1) await expectProblem(await finish('000000'), 401, 'invalid_code')

  await expectProblem(await finish(codeOf(secret)), 429, 'rate_limited')
  await server.close()
})
