import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from './databases.js'
import { identityOn } from './identity-fixture.js'
import {
  BROWSER,
  expectProblem,
  newEmail,
  PASSWORD,
  rowCounts,
  startServer,
  type TestServer,
} from './server-fixture.js'

interface Endpoint {
  readonly path?: string
}

/** Where a route of our own is, which asks nothing of Better Auth. */
const OURS = '/callback/x'

let server: TestServer
let paths: string[]
beforeAll(async () => {
  server = await startServer()
  const endpoints = Object.values(identityOn(server.database).api) as unknown as Endpoint[]
  paths = endpoints
    .flatMap(({ path }) => (path ? [path.replace(/:\w+|\*+/g, 'x')] : []))
    .filter((path) => path !== OURS)
})
afterAll(() => server?.close())

describe('the endpoints of Better Auth', () => {
  it('are known to this test', () => {
    expect(paths.length).toBeGreaterThan(25)
    expect(paths).toEqual(
      expect.arrayContaining([
        '/sign-in/email',
        '/sign-up/email',
        '/get-session',
        '/sign-out',
        '/change-password',
        '/list-sessions',
        '/update-user',
        '/delete-user',
        '/ok',
        '/error',
      ]),
    )
  })

  it.each(['GET', 'POST', 'PUT', 'DELETE'])('do not exist for %s', async (method) => {
    const before = await rowCounts(server.database)
    const body = JSON.stringify({ email: newEmail(), password: PASSWORD, name: 'Ada' })
    for (const path of paths) {
      for (const headers of [{}, BROWSER]) {
        const answer = await server.call(method, path, {
          headers: { 'Content-Type': 'application/json', ...headers },
          ...(method === 'GET' ? {} : { body }),
        })
        expect([path, answer.status]).toEqual([path, 404])
        await expectProblem(answer, 404, 'not_found')
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    }
    expect(await rowCounts(server.database)).toEqual(before)
  })

  it.each([
    '//sign-in/email',
    '/./sign-in/email',
    '/%2e/sign-in/email',
    '/sign-in%2femail',
    '/sign-in/email/',
    '/login/../sign-in/email',
    '/login;/sign-in/email',
  ])('do not exist as %s', async (path) => {
    const body = { email: newEmail(), password: PASSWORD }

    await expectProblem(await server.post(path, body), 404, 'not_found')
  })
})

it('sends no cookie and no token of Better Auth', async () => {
  const body = { email: newEmail(), password: PASSWORD }
  const answers = [
    await server.post('/signup', body),
    await server.post('/login', body),
    await server.post('/login', body, BROWSER),
    await server.post('/login', { ...body, password: 'another password' }, BROWSER),
  ]

  const tokens = await server.database.query<{ id: string; token: string }>({
    text: 'select id, token from session',
  })
  expect(tokens.length).toBeGreaterThan(0)
  for (const answer of answers) {
    const text = JSON.stringify([...answer.headers]) + (await answer.text())
    expect(text).not.toContain('better-auth')
    expect(text).not.toContain('session_token')
    for (const { id, token } of tokens) {
      expect(text).not.toContain(token)
      expect(text).not.toContain(id)
    }
  }
})

describe.each(DATABASES)('a session that Better Auth ends on %s', (_, open) => {
  let own: TestServer
  let identity: ReturnType<typeof identityOn>
  beforeAll(async () => {
    own = await startServer({}, open)
    identity = identityOn(own.database)
  })
  afterAll(() => own?.close())

  const tokensOf = (userId: string) =>
    own.database.query<{ token: string }>({
      text: 'select token from session where "userId" = $1 order by "createdAt"',
      values: [userId],
    })
  const expectEnded = async (refreshToken: string) => {
    const problem = await expectProblem(await own.refresh(refreshToken), 401, 'session_ended')
    expect(problem).toMatchObject({ reason: 'revoked' })
  }

  it('ends ours with it, and no other', async () => {
    const [ended, kept] = [await own.signUp(), await own.signUp()]
    const { internalAdapter } = await identity.$context
    const [row] = await tokensOf(ended.user.id)

    await internalAdapter.deleteSession(row?.token ?? '')

    await expectEnded(ended.refreshToken)
    expect((await own.refresh(kept.refreshToken)).status).toBe(200)
  })

  it('ends all of ours when all of a user are ended', async () => {
    const { email, user, refreshToken } = await own.signUp()
    const second = await (await own.post('/login', { email, password: PASSWORD })).json()
    const { internalAdapter } = await identity.$context

    await internalAdapter.deleteUserSessions(user.id)

    await expectEnded(refreshToken)
    await expectEnded(second.refreshToken)
  })

  it('ends ours when its own endpoint is called in code', async () => {
    const { user, refreshToken } = await own.signUp()
    const [row] = await tokensOf(user.id)
    const { internalAdapter } = await identity.$context
    const session = await internalAdapter.findSession(row?.token ?? '')
    expect(session?.session.userId).toBe(user.id)

    await internalAdapter.deleteSessions([row?.token ?? ''])

    await expectEnded(refreshToken)
  })

  it('is announced, so that APIs hear of it', async () => {
    const { user } = await own.signUp()
    const [row] = await tokensOf(user.id)
    const { internalAdapter } = await identity.$context
    await internalAdapter.deleteSession(row?.token ?? '')

    const announced = await own.database.query({
      text: 'select reason from countersign_revocations where user_id = $1',
      values: [user.id],
    })

    expect(announced).toEqual([{ reason: 'revoked' }])
  })
})
