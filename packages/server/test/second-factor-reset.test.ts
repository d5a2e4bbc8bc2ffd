import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../src/database/postgres.js'
import { adminCalls, signUpAdmin } from './admin-fixture.js'
import { auditOf } from './audit-fixture.js'
import { build } from './child-process.js'
import { run } from './cli-process.js'
import { DATABASES, emptyPostgres } from './databases.js'
import { API, JSON_FEED, type Snapshot } from './feed-fixture.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import {
  type Account,
  bearer,
  CLIENT,
  expectProblem,
  PASSWORD,
  SECRET,
  type TestServer,
} from './server-fixture.js'

const PATIENCE = 60_000
const SUBJECT = /turned off by an administrator/
/** What a user has who lost it all. */
const TRACES = `
select (select count(*)::integer from countersign_second_factors where user_id = $1) as factors,
  (select count(*)::integer from countersign_recovery_codes where user_id = $1) as codes,
  (select count(*)::integer from countersign_one_time_values
   where user_id = $1 and purpose = 'second_factor') as challenges`

const logIn = async (server: TestServer, email: string) =>
  (await (await server.post('/login', { email, password: PASSWORD })).json()) as {
    readonly challenge?: string
    readonly accessToken?: string
  }
const tracesOf = async ({ database }: Pick<TestServer, 'database'>, { user }: Account) =>
  (await database.query({ text: TRACES, values: [user.id] }))[0]
const ARMED = { factors: 1, codes: 10, challenges: 0 }
const NONE = { factors: 0, codes: 0, challenges: 0 }

/** A user whose second factor is on, with its recovery codes. */
async function arm(server: TestServer) {
  const account = await server.signUp()
  const session = bearer(account.refreshToken)
  const enrolled = await server.post('/second-factor/enroll', { password: PASSWORD }, session)
  const { secret } = (await enrolled.json()) as { secret: string }
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  const activated = await server.post('/second-factor/activate', { code }, session)
  const { recoveryCodes } = (await activated.json()) as { recoveryCodes: readonly string[] }
  return { account, recoveryCodes }
}

describe.each(DATABASES)('a second factor that an administrator resets on %s', (_name, open) => {
  let server: MailingServer
  let boss: Account
  beforeAll(async () => {
    server = await startMailingServer({ signUpMode: 'instant', clients: [CLIENT, API] }, open)
    boss = await signUpAdmin(server)
  })
  afterAll(() => server?.close())

  const reset = (userId: string, by = boss) =>
    adminCalls(server, by).delete(`/users/${userId}/second-factor`)
  const feed = async (query = '') =>
    (await (await server.get(`/revocations${query}`, JSON_FEED)).json()) as Snapshot

  it('is off, with its codes, open challenges and every session, and its user is told', async () => {
    const { account, recoveryCodes } = await arm(server)
    const { user, email, refreshToken } = account
    const { challenge } = await logIn(server, email)
    const { cursor } = await feed()
    expect(await tracesOf(server, account)).toEqual({ ...ARMED, challenges: 1 })

    expect((await reset(user.id)).status).toBe(204)

    expect(await tracesOf(server, account)).toEqual(NONE)
    const answer = await server.post('/second-factor', { challenge, code: recoveryCodes[0] })
    await expectProblem(answer, 400, 'link_invalid')
    await expectProblem(await server.refresh(refreshToken), 401, 'session_ended')
    const { events } = await feed(`?since=${cursor}`)
    expect(events.map(({ sub_id }) => sub_id.user.sub)).toEqual([user.id])
    expect(await logIn(server, email)).toHaveProperty('accessToken')
    const { text } = await server.mailTo(email, SUBJECT)
    expect(text).toContain('If you did not ask for this, tell those who run the application')
    expect(await auditOf(server.database, { userId: user.id })).toContainEqual(
      expect.objectContaining({ event: 'second_factor.reset', actor_id: boss.user.id }),
    )
  })

  it('is let go of once by administrators who go at the same time', async () => {
    const { account } = await arm(server)

    const answers = await Promise.all([reset(account.user.id), reset(account.user.id)])

    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404])
    const mails = await server.mailsTo(account.email)
    expect(mails.filter(({ subject }) => SUBJECT.test(subject ?? ''))).toHaveLength(1)
  })

  it('has to be on: who has none, or only began, stays signed in', async () => {
    const [none, begun] = [await server.signUp(), await server.signUp()]
    const password = { password: PASSWORD }
    await server.post('/second-factor/enroll', password, bearer(begun.refreshToken))

    for (const id of [none.user.id, begun.user.id, 'nobody']) {
      await expectProblem(await reset(id), 404, 'not_found')
    }

    expect((await server.refresh(none.refreshToken)).status).toBe(200)
    expect((await server.refresh(begun.refreshToken)).status).toBe(200)
    expect(await tracesOf(server, begun)).toEqual({ ...NONE, factors: 1 })
  })

  it('stays where somebody else asks, or an administrator for the own account', async () => {
    const { account } = await arm(server)
    const { account: admin } = await arm(server)
    const text = `update "user" set role = 'admin' where id = $1`
    await server.database.query({ text, values: [admin.user.id] })

    await expectProblem(await reset(account.user.id, account), 403, 'insufficient_role')
    await expectProblem(await reset(admin.user.id, admin), 409, 'own_account')

    expect(await tracesOf(server, account)).toEqual(ARMED)
    expect(await tracesOf(server, admin)).toEqual(ARMED)
    expect(await logIn(server, account.email)).toHaveProperty('challenge')
  })
})

describe('countersign users reset-second-factor', { timeout: PATIENCE }, () => {
  let place: Awaited<ReturnType<typeof emptyPostgres>>
  let server: MailingServer
  beforeAll(async () => {
    await build()
    place = await emptyPostgres()
    const database = openPostgres({ url: place.url })
    server = await startMailingServer({ signUpMode: 'instant' }, async () => ({
      database,
      close: () => database.close(),
    }))
  }, PATIENCE)
  afterAll(async () => {
    await server?.close()
    await place?.drop()
  })

  const countersign = (args: readonly string[], env = {}) =>
    run(['users', 'reset-second-factor', ...args], { DATABASE_URL: place.url, ...env })

  it('does it, and leaves a mail that the server sends', async () => {
    const { account } = await arm(server)
    const { email, user, refreshToken } = account
    const mail = { COUNTERSIGN_SMTP_URL: server.sink.url, COUNTERSIGN_MAIL_FROM: 'a@example.com' }

    const done = await countersign([email.toUpperCase(), '--yes', '--json'], {
      ...mail,
      COUNTERSIGN_SECRET: SECRET,
    })

    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(JSON.parse(done.stdout)).toEqual({ id: user.id, outcome: 'changed', mailed: true })
    expect(await tracesOf(server, account)).toEqual(NONE)
    await expectProblem(await server.refresh(refreshToken), 401, 'session_ended')
    expect((await server.mailTo(email, SUBJECT)).text).toContain('no longer needs a code')
    expect(await auditOf(server.database, { userId: user.id })).toContainEqual(
      expect.objectContaining({ event: 'second_factor.reset', actor_id: 'system:cli' }),
    )
  })

  it('says when nobody was mailed, and when there was nothing to do', async () => {
    const { account } = await arm(server)

    const done = await countersign([account.email])
    const again = await countersign([account.email])

    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('nobody mailed the user')])
    expect([again.code, again.stdout]).toEqual([0, 'That was so already.\n'])
    const mails = await server.mailsTo(account.email)
    expect(mails.filter(({ subject }) => SUBJECT.test(subject ?? ''))).toEqual([])
  })

  it('refuses an address that nobody has, and half of a mail server before anything is done', async () => {
    const { account } = await arm(server)

    const nobody = await countersign(['nobody@example.com', '--yes'])
    const half = await countersign([account.email], { COUNTERSIGN_SMTP_URL: server.sink.url })

    expect(nobody).toEqual({
      code: 1,
      stdout: '',
      stderr: 'countersign: there is no user with that address\n',
    })
    expect([half.code, half.stderr]).toEqual([1, expect.stringContaining('go together')])
    expect(await tracesOf(server, account)).toEqual(ARMED)
  })
})
