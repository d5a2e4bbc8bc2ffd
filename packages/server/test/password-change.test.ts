import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditOf } from './audit-fixture.js'
import { DATABASES } from './databases.js'
import { type MailingServer, startMailingServer } from './mail-server-fixture.js'
import { tokenIn } from './mail-sink.js'
import {
  type Account,
  BROWSER,
  bearer,
  expectProblem,
  PASSWORD,
  type SessionBody,
  untilThereIsRoom,
} from './server-fixture.js'

const NEW = 'a new and longer password'

describe.each(DATABASES)('a changed password on %s', (_name, open) => {
  let server: MailingServer
  let unchanged: Account
  let unchangedHash: string
  beforeAll(async () => {
    server = await startMailingServer({ signUpMode: 'instant' }, open)
    unchanged = await server.signUp()
    unchangedHash = await hashOf(unchanged)
  })
  afterAll(() => server?.close())

  const hashOf = async ({ user }: Account) => {
    const [row] = await server.database.query<{ password: string }>({
      text: `select password from "account" where "userId" = $1`,
      values: [user.id],
    })
    return row?.password ?? ''
  }
  const change = (token: string, given: object = {}) => {
    const body = { currentPassword: PASSWORD, newPassword: NEW, ...given }
    return server.post('/password/change', body, bearer(token))
  }
  const logIn = async (email: string, password = PASSWORD) =>
    (await (await server.post('/login', { email, password })).json()) as SessionBody
  const refreshed = async (refreshToken: string) => (await server.refresh(refreshToken)).status

  it('ends all other sessions, keeps its own, and tells the owner', async () => {
    const account = await server.signUp()
    const other = await logIn(account.email)

    expect((await change(account.refreshToken)).status).toBe(204)

    expect(await refreshed(account.refreshToken)).toBe(200)
    const ended = await server.refresh(other.refreshToken)
    expect(await expectProblem(ended, 401, 'session_ended')).toMatchObject({
      reason: 'password_changed',
    })
    expect((await logIn(account.email, NEW)).user.id).toBe(account.user.id)
    await server.mailTo(account.email, /password was changed/)
    const lines = await auditOf(server.database, { userId: account.user.id })
    const line = lines.find(({ event }) => event === 'password.changed')
    expect(line).toMatchObject({ actor_id: account.user.id })
  })

  it('keeps the others where that is wished for', async () => {
    const account = await server.signUp()
    const other = await logIn(account.email)

    const answer = await change(account.refreshToken, { keepOtherSessions: true })

    expect(answer.status).toBe(204)
    expect(await refreshed(other.refreshToken)).toBe(200)
  })

  it('keeps the session of the browser that changed it', async () => {
    const { cookie } = await server.signUpInBrowser()
    const body = { currentPassword: PASSWORD, newPassword: NEW }

    const answer = await server.post('/password/change', body, { ...BROWSER, Cookie: cookie })

    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect((await server.fromBrowser('POST', '/refresh', cookie)).status).toBe(200)
  })

  it('takes the links of mails back', async () => {
    const account = await server.signUp()
    await server.post('/password/forgot', { email: account.email })
    const token = tokenIn((await server.mailTo(account.email, /Choose/)).text)

    await change(account.refreshToken)

    const late = await server.post('/password/reset', { token, password: `${NEW}!` })
    await expectProblem(late, 400, 'link_invalid')
  })

  it.each<[string, (account: Account) => Promise<Response>, number, string]>([
    [
      'a wrong password',
      (a) => change(a.refreshToken, { currentPassword: NEW }),
      401,
      'invalid_credentials',
    ],
    [
      'a weak new one',
      (a) => change(a.refreshToken, { newPassword: 'short' }),
      400,
      'weak_password',
    ],
    ['the address', (a) => change(a.refreshToken, { newPassword: a.email }), 400, 'weak_password'],
    ['an access token', (a) => change(a.accessToken), 401, 'invalid_token'],
    ['nothing', () => server.post('/password/change', {}), 400, 'invalid_request'],
    [
      'no session',
      () => server.post('/password/change', { currentPassword: PASSWORD, newPassword: NEW }),
      401,
      'missing_token',
    ],
    [
      'another site',
      () =>
        server.post(
          '/password/change',
          { currentPassword: PASSWORD, newPassword: NEW },
          { Origin: 'https://attacker.example' },
        ),
      403,
      'csrf_rejected',
    ],
    [
      'a user of its own choice (CVE-2025-61928)',
      (a) => change(a.refreshToken, { userId: 'somebody' }),
      400,
      'invalid_request',
    ],
  ])('is refused with %s, and nothing changes', async (_what, ask, status, code) => {
    await expectProblem(await ask(unchanged), status, code as 'invalid_request')

    expect(await refreshed(unchanged.refreshToken)).toBe(200)
    expect(await hashOf(unchanged)).toBe(unchangedHash)
  })

  it('is the one of twenty changes at once that came first', async () => {
    const account = await server.signUp()

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        untilThereIsRoom(() => change(account.refreshToken, { newPassword: `${NEW} ${n}` })),
      ),
    )

    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const winner = answers.findIndex(({ status }) => status === 204)
    expect((await logIn(account.email, `${NEW} ${winner}`)).user.id).toBe(account.user.id)
  })

  it('leaves no session to whoever signs in with the old one at that moment', async () => {
    const account = await server.signUp()
    const signIns = Array.from({ length: 12 }, () =>
      server.post('/login', { email: account.email, password: PASSWORD }),
    )

    const [changed, ...answers] = await Promise.all([change(account.refreshToken), ...signIns])

    expect(changed.status).toBe(204)
    const sessions = answers.filter(({ status }) => status === 200)
    for (const answer of sessions) {
      const { refreshToken } = (await answer.json()) as SessionBody
      expect(await refreshed(refreshToken)).toBe(401)
    }
    expect(await refreshed(account.refreshToken)).toBe(200)
  })
})

it('lets nobody with a session guess the password without end', async () => {
  const server = await startMailingServer({ signUpMode: 'instant', limits: {} })
  const { refreshToken } = await server.signUp()
  const guess = (currentPassword: string) =>
    server.post('/password/change', { currentPassword, newPassword: NEW }, bearer(refreshToken))

  for (let n = 0; n < 5; n += 1) {
    await expectProblem(await guess(`guess number ${n}`), 401, 'invalid_credentials')
  }

  await expectProblem(await guess(PASSWORD), 429, 'rate_limited')
  await server.close()
})
