import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES } from './databases.js'
import {
  type Account,
  BROWSER,
  COOKIE,
  cookieOf,
  expectProblem,
  newEmail,
  PASSWORD,
  rowCounts,
  startServer,
  type TestServer,
} from './server-fixture.js'

const argon2 = vi.hoisted(() => ({ calls: 0 }))
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof import('@node-rs/argon2')>()
  return {
    ...real,
    hash: (...given: Parameters<typeof real.hash>) => {
      argon2.calls += 1
      return real.hash(...given)
    },
    verify: (...given: Parameters<typeof real.verify>) => {
      argon2.calls += 1
      return real.verify(...given)
    },
  }
})

describe.each(DATABASES)('POST /login on %s', (_, open) => {
  let server: TestServer
  let account: Account
  beforeAll(async () => {
    server = await startServer({}, open)
    account = await server.signUp()
  })
  afterAll(() => server?.close())

  const login = (body: object = {}, headers: Record<string, string> = {}) =>
    server.post('/login', { email: account.email, password: PASSWORD, ...body }, headers)
  const setUser = (columns: string) =>
    server.database.query({
      text: `update "user" set ${columns} where id = $1`,
      values: [account.user.id],
    })

  it('begins a session of its own each time', async () => {
    const [first, second] = [await login(), await login()]

    const sessions = [await first.json(), await second.json()] as Account[]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(sessions[0]?.refreshToken).not.toBe(sessions[1]?.refreshToken)
    for (const { refreshToken, user } of sessions) {
      expect(user.id).toBe(account.user.id)
      expect((await server.refresh(refreshToken)).status).toBe(200)
    }
  })

  it('takes the address in any case', async () => {
    expect((await login({ email: account.email.toUpperCase() })).status).toBe(200)
  })

  it('refuses a wrong password, and writes nothing', async () => {
    const before = await rowCounts(server.database)

    await expectProblem(await login({ password: `${PASSWORD} ` }), 401, 'invalid_credentials')

    expect(await rowCounts(server.database)).toEqual(before)
  })

  it('answers an unknown address like a wrong password', async () => {
    const wrong = await login({ password: 'another password' })
    const unknown = await login({ email: newEmail(), password: 'another password' })

    expect(unknown.status).toBe(wrong.status)
    expect(await unknown.text()).toBe(await wrong.text())
    const names = (answer: Response) => [...answer.headers.keys()]
    expect(names(unknown)).toEqual(names(wrong))
  })

  it('computes one hash for a right, a wrong and an unknown login alike', async () => {
    const counts: number[] = []
    for (const body of [{}, { password: 'another password' }, { email: newEmail() }]) {
      argon2.calls = 0
      await login(body)
      counts.push(argon2.calls)
    }

    expect(counts).toEqual([1, 1, 1])
  })

  it('computes one hash for a sign-up, which is done before its transaction', async () => {
    argon2.calls = 0

    await server.signUp()

    expect(argon2.calls).toBe(1)
  })

  it('refuses an account without a password', async () => {
    const { email, user } = await server.signUp()
    const text = 'update account set password = null where "userId" = $1'
    await server.database.query({ text, values: [user.id] })

    await expectProblem(await login({ email }), 401, 'invalid_credentials')
  })

  it('ends the session that the browser still had', async () => {
    const former = await server.signUpInBrowser()

    const answer = await login({}, { ...BROWSER, Cookie: former.cookie })

    expect(answer.status).toBe(200)
    expect(cookieOf(answer)).not.toBe(former.cookie)
    const stale = await server.fromBrowser('POST', '/refresh', former.cookie)
    expect(await expectProblem(stale, 401, 'session_ended')).toMatchObject({
      reason: 'signed_in_again',
    })
  })

  it('leaves the former session alone when the password is wrong', async () => {
    const former = await server.signUpInBrowser()

    await login({ password: 'another password' }, { ...BROWSER, Cookie: former.cookie })

    const answer = await server.fromBrowser('POST', '/refresh', former.cookie)
    expect(answer.status).toBe(200)
  })

  it.each(['/login', '/signup'])('refuses two cookies at %s before it writes', async (path) => {
    const former = await server.signUpInBrowser()
    const before = await rowCounts(server.database)
    const body = { email: path === '/login' ? account.email : newEmail(), password: PASSWORD }

    const Cookie = `${former.cookie}; ${COOKIE}=planted`
    const answer = await server.post(path, body, { ...BROWSER, Cookie })

    await expectProblem(answer, 400, 'invalid_request')
    expect(await rowCounts(server.database)).toEqual(before)
  })

  describe('of a banned user', () => {
    it.each([
      ['for good', 'banned = true, "banExpires" = null'],
      ['until tomorrow', `banned = true, "banExpires" = now() + interval '1 day'`],
    ])('is refused when it is %s, and writes nothing', async (_name, columns) => {
      const { refreshToken } = (await (await login()).json()) as Account
      await setUser(columns)
      const before = await rowCounts(server.database)

      await expectProblem(await login(), 403, 'account_locked')
      expect(await rowCounts(server.database)).toEqual(before)
      const refresh = await server.refresh(refreshToken)

      expect(await expectProblem(refresh, 401, 'session_ended')).toMatchObject({
        reason: 'user_disabled',
      })
      await setUser('banned = false')
    })

    it('is told so only after the right password', async () => {
      await setUser('banned = true, "banExpires" = null')

      const answer = await login({ password: 'another password' })

      await expectProblem(answer, 401, 'invalid_credentials')
      await setUser('banned = false')
    })

    it('is let in once the ban is over', async () => {
      await setUser(`banned = true, "banExpires" = now() - interval '1 second'`)

      expect((await login()).status).toBe(200)
      await setUser('banned = false, "banExpires" = null')
    })
  })
})
