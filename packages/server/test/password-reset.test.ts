import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditOf } from './audit-fixture.js'
import { DATABASES, embedded } from './databases.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import { tokenIn } from './mail-sink.js'
import {
  type Account,
  expectProblem,
  newEmail,
  PASSWORD,
  rowCounts,
  untilThereIsRoom,
  WEB_ORIGIN,
  watched,
} from './server-fixture.js'

const NEW = 'a new and longer password'
const CHOOSE = /Choose a new password/

describe.each(DATABASES)('a forgotten password on %s', (_name, open) => {
  let server: MailingServer
  beforeAll(async () => {
    server = await startMailingServer({ signUpMode: 'instant' }, open)
  })
  afterAll(() => server?.close())

  const logIn = (email: string, password: string) => server.post('/login', { email, password })
  const forgot = (email: string, headers = {}) =>
    server.post('/password/forgot', { email }, headers)
  const reset = (token: string, password = NEW) =>
    server.post('/password/reset', { token, password })
  const linkTo = async (email: string) => {
    expect((await forgot(email)).status).toBe(202)
    return tokenIn((await server.mailTo(email, CHOOSE)).text)
  }

  it('is replaced by the link: everybody is signed out, and the owner is told', async () => {
    const account = await server.signUp()
    const token = await linkTo(account.email)

    expect((await reset(token)).status).toBe(204)

    const ended = await server.refresh(account.refreshToken)
    expect(await expectProblem(ended, 401, 'session_ended')).toMatchObject({
      reason: 'password_changed',
    })
    await expectProblem(await logIn(account.email, PASSWORD), 401, 'invalid_credentials')
    const session = await (await logIn(account.email, NEW)).json()
    expect(session).toMatchObject({ user: { id: account.user.id, emailVerified: true } })
    const mail = await server.mailTo(account.email, /password was changed/)
    expect(mail.text).toContain(`${WEB_ORIGIN}/forgot-password`)
    const events = await auditOf(server.database, { userId: account.user.id })
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['password.forgot', 'password.reset', 'password.changed']),
    )
  })

  it('is replaced, and no device is known any more by which a thief had signed in', async () => {
    const account = await server.signUp()
    const Device = (await logIn(account.email, PASSWORD)).headers.get('Countersign-Device') ?? ''
    await reset(await linkTo(account.email))
    const body = { email: account.email, password: NEW }
    await server.post('/login', body, { 'User-Agent': 'of the owner' })

    const stolen = { 'User-Agent': 'of the thief', 'Countersign-Device': Device }
    await server.post('/login', body, stolen)

    const mail = await server.mailTo(account.email, /New sign-in/)
    expect(mail.text).toContain('of the thief')
  })

  it('is replaced once by a link, of twenty who follow it at once (GHSA-7w99-5wm4-3g79)', async () => {
    const { email } = await server.signUp()
    const token = await linkTo(email)

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => untilThereIsRoom(() => reset(token, `${NEW} ${n}`))),
    )

    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([204, ...Array<number>(19).fill(400)])
    const winner = answers.findIndex(({ status }) => status === 204)
    expect((await logIn(email, `${NEW} ${winner}`)).status).toBe(200)
    await expectProblem(await reset(token), 400, 'link_invalid')
  })

  it('takes every other link of the user back', async () => {
    const { email } = await server.signUp()
    const verify = tokenIn((await server.mailTo(email, /Confirm/)).text)
    const first = await linkTo(email)
    await server.mailsTo(email)
    const second = tokenIn((await forgot(email)) && (await server.mailsTo(email)).at(-1)?.text)
    expect(second).not.toBe(first)

    expect((await reset(second)).status).toBe(204)

    await expectProblem(await reset(first), 400, 'link_invalid')
    const answer = await server.post('/email/verify', { token: verify })
    await expectProblem(answer, 400, 'link_invalid')
  })

  it('keeps the link when the new password is refused', async () => {
    const { email } = await server.signUp()
    const token = await linkTo(email)

    await expectProblem(await reset(token, 'short'), 400, 'weak_password')
    await expectProblem(await reset(token, email), 400, 'weak_password')

    expect((await reset(token)).status).toBe(204)
  })

  it('is not replaced by a link that is too old, or for another address by now', async () => {
    const [late, moved] = [await server.signUp(), await server.signUp()]
    const [first, second] = [await linkTo(late.email), await linkTo(moved.email)]
    const write = (text: string, id: string) => server.database.query({ text, values: [id] })
    await write(
      'update countersign_one_time_values set expires_at = clock_timestamp() where user_id = $1',
      late.user.id,
    )
    await write(`update "user" set email = 'moved.' || email where id = $1`, moved.user.id)

    await expectProblem(await reset(first), 400, 'link_invalid')
    await expectProblem(await reset(second), 400, 'link_invalid')

    expect((await logIn(late.email, PASSWORD)).status).toBe(200)
    expect((await server.refresh(moved.refreshToken)).status).toBe(200)
  })

  it('is asked for alike by every address, with the same rows, and only mailed to one that is known', async () => {
    const { email } = await server.signUp()
    await server.mailsTo(email)
    const addresses = [email, newEmail()]
    const grown: Record<string, number>[] = []
    const answers: [number, string][] = []

    for (const address of addresses) {
      const before = await rowCounts(server.database)
      const answer = await forgot(address)
      answers.push([answer.status, await answer.text()])
      const after = await rowCounts(server.database)
      grown.push({
        values:
          (after.countersign_one_time_values ?? 0) - (before.countersign_one_time_values ?? 0),
        audit: (after.countersign_audit ?? 0) - (before.countersign_audit ?? 0),
      })
      await server.mailsTo(address)
    }

    expect(answers[0]).toEqual(answers[1])
    expect(grown[0]).toEqual(grown[1])
    expect(await server.mailsTo(addresses[1] ?? '')).toEqual([])
  })

  it('leads to the configured origin whatever the request says (GHSA-3529-5m8x-rpv3)', async () => {
    const { email } = await server.signUp()

    await forgot(email, {
      'X-Forwarded-Host': 'attacker.example',
      'X-Forwarded-Proto': 'http',
      Forwarded: 'host=attacker.example',
    })

    const { text, raw } = await server.mailTo(email, CHOOSE)
    expect(text).toContain(`${WEB_ORIGIN}/reset-password#token=`)
    expect(raw).not.toContain('attacker.example')
  })

  it('gives a password to somebody who had none', async () => {
    const account = await server.signUp()
    await server.database.query({
      text: `delete from "account" where "userId" = $1`,
      values: [account.user.id],
    })

    expect((await reset(await linkTo(account.email))).status).toBe(204)

    expect((await logIn(account.email, NEW)).status).toBe(200)
  })

  it('leaves a stranger nothing who made an account with somebody’s address', async () => {
    const account = await server.signUp()
    await armed(account, server)

    expect((await reset(await linkTo(account.email))).status).toBe(204)

    expect(await waysIn(account, server)).toEqual({ providers: ['credential'], factors: 0 })
  })

  it('leaves the second factor of a confirmed address where it is', async () => {
    const account = await server.signUp()
    const verify = tokenIn((await server.mailTo(account.email, /Confirm/)).text)
    await server.post('/email/verify', { token: verify })
    await armed(account, server)

    expect((await reset(await linkTo(account.email))).status).toBe(204)

    expect(await waysIn(account, server)).toEqual({
      providers: ['credential', 'google'],
      factors: 1,
    })
  })
})

/** A second factor and a linked account, as if a stranger had set them up. */
async function armed({ user }: Account, { database }: MailingServer): Promise<void> {
  await database.query({
    text: `insert into "account" (id, "accountId", "providerId", "userId", "updatedAt")
           values ($1, $1, 'google', $2, now())`,
    values: [randomUUID(), user.id],
  })
  await database.query({
    text: `insert into countersign_second_factors (user_id, sealed_secret) values ($1, '')`,
    values: [user.id],
  })
}

async function waysIn({ user }: Account, { database }: MailingServer) {
  const accounts = await database.query<{ providerId: string }>({
    text: `select "providerId" from "account" where "userId" = $1 order by 1`,
    values: [user.id],
  })
  const factors = await database.query({
    text: 'select user_id from countersign_second_factors where user_id = $1',
    values: [user.id],
  })
  return { providers: accounts.map(({ providerId }) => providerId), factors: factors.length }
}

it('asks the database the same for a known and for an unknown address', async () => {
  const { database, close } = await embedded()
  const asked = watched(database)
  const open = async () => ({ database: asked, close })
  const server = await startMailingServer({ signUpMode: 'instant' }, open)
  const { email } = await server.signUp()
  await server.mailsTo(email)
  const statements = async (path: string, body: object) => {
    asked.statements.length = 0
    await server.post(path, body)
    // What the queue does afterwards is the same for both, in its own time.
    return asked.statements.filter((text) => !text.includes('countersign_mail'))
  }

  for (const path of ['/password/forgot', '/email/resend', '/login']) {
    const more = path === '/login' ? { password: 'not the password' } : {}
    const known = await statements(path, { email, ...more })
    const unknown = await statements(path, { email: newEmail(), ...more })
    expect([path, known]).toEqual([path, unknown])
  }
  await server.close()
})

it('sends three links in an hour to an address, known or not, and says when more may be asked for', async () => {
  const server = await startMailingServer({ signUpMode: 'instant', limits: {} })
  const { email } = await server.signUp()

  for (const address of [email, newEmail()]) {
    const statuses: number[] = []
    for (let n = 0; n < 4; n += 1) {
      statuses.push((await server.post('/password/forgot', { email: address })).status)
    }
    expect(statuses).toEqual([202, 202, 202, 429])
  }
  const refused = await server.post('/password/forgot', { email })
  await expectProblem(refused, 429, 'rate_limited')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await server.close()
})
