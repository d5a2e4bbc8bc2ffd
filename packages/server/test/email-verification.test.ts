import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditOf } from './audit-fixture.js'
import { DATABASES } from './databases.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import { tokenIn } from './mail-sink.js'
import {
  expectProblem,
  newEmail,
  PASSWORD,
  rowCounts,
  type SessionBody,
  untilThereIsRoom,
  WEB_ORIGIN,
} from './server-fixture.js'

const CONFIRM = /Confirm your e-mail address/

describe.each(DATABASES)('signing up where addresses are confirmed first, on %s', (_name, open) => {
  let server: MailingServer
  beforeAll(async () => {
    server = await startMailingServer({}, open)
  })
  afterAll(() => server?.close())

  const signUp = (email: string, password = PASSWORD, name = 'Ada') =>
    server.post('/signup', { email, password, name })
  const logIn = (email: string, password = PASSWORD) => server.post('/login', { email, password })
  const tokensTo = async (email: string) => {
    const mails = await server.mailsTo(email)
    return mails
      .filter(({ subject }) => CONFIRM.test(subject ?? ''))
      .map(({ text }) => tokenIn(text))
  }
  /** The value of the newest link to an address. */
  const tokenTo = async (email: string) => (await tokensTo(email)).at(-1) ?? ''
  /** Somebody who has an account. */
  const member = async () => {
    const email = newEmail()
    await signUp(email)
    await server.post('/email/verify', { token: await tokenTo(email) })
    return email
  }

  it('makes no account before the link was followed, and one then', async () => {
    const email = newEmail()

    const answer = await signUp(email)

    expect([answer.status, await answer.json()]).toEqual([202, { next: 'verify_email' }])
    expect(answer.headers.getSetCookie()).toEqual([])
    await expectProblem(await logIn(email), 403, 'email_not_verified')
    await expectProblem(await logIn(email, `${PASSWORD}!`), 401, 'invalid_credentials')
    const token = await tokenTo(email)
    expect((await server.post('/email/verify', { token })).status).toBe(204)
    const session = (await (await logIn(email)).json()) as SessionBody
    expect(session.user).toMatchObject({ email, name: 'Ada', emailVerified: true, role: 'user' })
    const events = await auditOf(server.database, { userId: session.user.id })
    expect(events.map(({ event }) => event)).toEqual(['sign_up.succeeded', 'sign_in.succeeded'])
  })

  it('answers an address that is known as every other, and tells only its owner', async () => {
    const email = await member()
    const stranger = newEmail()

    const [known, unknown] = [await signUp(email, 'another password'), await signUp(stranger)]

    expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()])
    const mail = await server.mailTo(email, /already have an account/)
    expect(mail.text).toContain(`${WEB_ORIGIN}/sign-in`)
    expect(mail.text).not.toContain('#token=')
    expect((await logIn(email)).status).toBe(200)
    await expectProblem(await logIn(email, 'another password'), 403, 'email_not_verified')
  })

  it('makes the link lead to the configured origin (GHSA-3529-5m8x-rpv3)', async () => {
    const email = newEmail()

    const body = JSON.stringify({ email, password: PASSWORD })
    const Host = 'attacker.example'
    const headers = { 'Content-Type': 'application/json', 'X-Forwarded-Host': Host, Host }
    await server.call('POST', '/signup', { headers, body })

    const mail = await server.mailTo(email, CONFIRM)
    expect(mail.text).toContain(`${WEB_ORIGIN}/verify-email#token=`)
    expect(mail.raw).not.toContain('attacker.example')
  })

  it('takes the link once of twenty times at once (GHSA-7w99-5wm4-3g79)', async () => {
    const email = newEmail()
    await signUp(email)
    const token = await tokenTo(email)

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.post('/email/verify', { token })),
    )

    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([204, ...Array<number>(19).fill(400)])
    await expectProblem(await server.post('/email/verify', { token }), 400, 'link_invalid')
  })

  it('takes the password of the sign-up whose link was followed, and of no other', async () => {
    const email = newEmail()
    await signUp(email, 'the password of a stranger')
    const strangers = await tokenTo(email)
    await signUp(email, 'the password of the owner')

    const own = await tokenTo(email)
    expect((await server.post('/email/verify', { token: own })).status).toBe(204)

    expect((await logIn(email, 'the password of the owner')).status).toBe(200)
    const late = await server.post('/email/verify', { token: strangers })
    await expectProblem(late, 400, 'link_invalid')
    const guess = await logIn(email, 'the password of a stranger')
    await expectProblem(guess, 401, 'invalid_credentials')
  })

  it('sends the link again, and takes nobody’s password where two wait for one address', async () => {
    const [alone, contested] = [newEmail(), newEmail()]
    await signUp(alone)
    await signUp(contested, 'the password of the owner')
    await signUp(contested, 'the password of a stranger')

    for (const email of [alone, contested]) {
      await tokensTo(email)
      expect((await server.post('/email/resend', { email })).status).toBe(202)
    }

    await server.post('/email/verify', { token: await tokenTo(alone) })
    await server.post('/email/verify', { token: await tokenTo(contested) })
    expect((await logIn(alone)).status).toBe(200)
    for (const password of ['the password of the owner', 'the password of a stranger']) {
      await expectProblem(await logIn(contested, password), 401, 'invalid_credentials')
    }
  })

  it('answers a wish for the link alike for every address, and sends none where none waits', async () => {
    const known = await member()
    const before = (await server.mailsTo(known)).length
    const addresses = [known, newEmail()]

    const answers = await Promise.all(
      addresses.map((email) => server.post('/email/resend', { email })),
    )

    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect(await server.mailsTo(known)).toHaveLength(before)
    expect(await server.mailsTo(addresses[1] ?? '')).toEqual([])
  })

  it('refuses a weak password of a known and of an unknown address alike', async () => {
    for (const email of [await member(), newEmail()]) {
      await expectProblem(await signUp(email, 'short'), 400, 'weak_password')
    }
  })

  it('refuses a link that was never sent, and writes nothing', async () => {
    const rows = await rowCounts(server.database)

    const answer = await server.post('/email/verify', { token: 'x'.repeat(43) })

    await expectProblem(answer, 400, 'link_invalid')
    expect(await rowCounts(server.database)).toEqual(rows)
  })
})

describe('confirming the address of an account that is there', () => {
  let server: MailingServer
  beforeAll(async () => {
    server = await startMailingServer({ signUpMode: 'instant' })
  })
  afterAll(() => server?.close())

  const verified = async (account: { refreshToken: string }) => {
    const session = (await (await server.refresh(account.refreshToken)).json()) as SessionBody
    return (session.user as { emailVerified?: boolean }).emailVerified
  }

  it('works by the mail of the sign-up and by one that was sent again', async () => {
    const account = await server.signUp()
    const [first] = await server.mailsTo(account.email)
    await server.post('/email/resend', { email: account.email })
    const [again] = (await server.mailsTo(account.email)).slice(-1)
    expect(await verified(account)).toBe(false)

    const answer = await server.post('/email/verify', { token: tokenIn(again?.text) })

    expect(answer.status).toBe(204)
    expect(await verified(account)).toBe(true)
    expect((await server.post('/email/verify', { token: tokenIn(first?.text) })).status).toBe(204)
  })

  it('does not count for an address that replaced it', async () => {
    const account = await server.signUp()
    const [mail] = await server.mailsTo(account.email)
    await server.database.query({
      text: `update "user" set email = $2 where id = $1`,
      values: [account.user.id, newEmail()],
    })

    const answer = await server.post('/email/verify', { token: tokenIn(mail?.text) })

    await expectProblem(answer, 400, 'link_invalid')
    expect(await verified(account)).toBe(false)
  })
})

it('sends an address three mails in an hour at most, whether it is known or not', async () => {
  const { loginFailuresPerIp, signupsPerIp } = { loginFailuresPerIp: 99, signupsPerIp: 99 }
  const server = await startMailingServer({ limits: { loginFailuresPerIp, signupsPerIp } })
  const email = newEmail()

  const answers: number[] = []
  for (let n = 0; n < 4; n += 1) {
    const ask = () => server.post('/email/resend', { email })
    answers.push((await untilThereIsRoom(ask)).status)
  }

  expect(answers).toEqual([202, 202, 202, 429])
  await server.close()
})
