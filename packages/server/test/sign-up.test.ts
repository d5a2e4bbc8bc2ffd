import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from './databases.js'
import {
  expectProblem,
  newEmail,
  PASSWORD,
  rowCounts,
  type SessionBody,
  startServer,
  type TestServer,
  untilThereIsRoom,
} from './server-fixture.js'

describe.each(DATABASES)('POST /signup on %s', (_, open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({}, open)
  })
  afterAll(() => server?.close())

  it.each(['/signup', '/register'])(
    'makes an account with its first session at %s',
    async (path) => {
      const email = newEmail()

      const answer = await server.post(path, { email, password: PASSWORD, name: 'Ada' })

      expect(answer.status).toBe(201)
      const session = (await answer.json()) as SessionBody
      expect(session).toMatchObject({
        tokenType: 'Bearer',
        expiresIn: 900,
        refreshExpiresIn: 7 * 86_400,
        user: { email, name: 'Ada', role: 'user', image: null, emailVerified: false },
      })
      expect(session.refreshToken).toMatch(/^csr_[\w-]{72}$/)
      expect((await server.refresh(session.refreshToken)).status).toBe(200)
    },
  )

  it('keeps the address in lower case and without space around it', async () => {
    const email = newEmail()

    const answer = await server.post('/signup', {
      email: `  ${email.toUpperCase()} `,
      password: PASSWORD,
    })

    expect(await answer.json()).toMatchObject({ user: { email, name: '' } })
    const again = await server.post('/signup', { email, password: PASSWORD })
    await expectProblem(again, 409, 'email_taken')
  })

  it('refuses an address that is taken, and writes nothing', async () => {
    const { email } = await server.signUp()
    const before = await rowCounts(server.database)

    const answer = await server.post('/signup', { email, password: `${PASSWORD}!` })

    await expectProblem(answer, 409, 'email_taken')
    expect(await rowCounts(server.database)).toEqual(before)
  })

  it('makes one account of twenty sign-ups at once, and nothing of the others', async () => {
    const before = await rowCounts(server.database)
    const email = newEmail()

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        untilThereIsRoom(() => server.post('/signup', { email, password: PASSWORD })),
      ),
    )

    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([201, ...Array<number>(19).fill(409)])
    for (const answer of answers.filter(({ status }) => status === 409)) {
      await expectProblem(answer, 409, 'email_taken')
    }
    const after = await rowCounts(server.database)
    for (const table of ['user', 'account', 'session', 'countersign_sessions']) {
      expect([table, after[table]]).toEqual([table, (before[table] ?? 0) + 1])
    }
  })

  it.each([
    ['seven characters', 'aB3$aB3'],
    ['seven characters of two units each', '😀'.repeat(7)],
  ])('refuses a password of %s', async (_name, password) => {
    const before = await rowCounts(server.database)

    const answer = await server.post('/signup', { email: newEmail(), password })

    await expectProblem(answer, 400, 'weak_password')
    expect(await rowCounts(server.database)).toEqual(before)
  })

  it('refuses the address as the password', async () => {
    const email = newEmail()

    const answer = await server.post('/signup', { email, password: email.toUpperCase() })

    await expectProblem(answer, 400, 'weak_password')
  })

  it.each([
    ['role', 'admin'],
    ['id', 'an-id'],
    ['userId', 'an-id'],
    ['ver', 9],
    ['banned', false],
    ['emailVerified', true],
    ['image', 'https://example.com/a.png'],
    ['callbackURL', 'https://example.com'],
  ])('refuses the member "%s", which is not the caller’s to choose', async (member, value) => {
    const before = await rowCounts(server.database)

    const body = { email: newEmail(), password: PASSWORD, [member]: value }
    const answer = await server.post('/signup', body)

    await expectProblem(answer, 400, 'invalid_request')
    expect(await rowCounts(server.database)).toEqual(before)
  })

  it('ends a session that is not to be remembered after a day', async () => {
    const body = { email: newEmail(), password: PASSWORD, remember: false }

    const answer = await server.post('/signup', body)

    expect(await answer.json()).toMatchObject({ refreshExpiresIn: 86_400 })
  })
})

it('takes the configured length of a password', async () => {
  const server = await startServer({ passwordMinLength: 15 })
  try {
    const short = await server.post('/signup', { email: newEmail(), password: 'x1'.repeat(7) })
    const long = await server.post('/signup', { email: newEmail(), password: `${'x1'.repeat(7)}!` })

    await expectProblem(short, 400, 'weak_password')
    expect(long.status).toBe(201)
  } finally {
    await server.close()
  }
})
