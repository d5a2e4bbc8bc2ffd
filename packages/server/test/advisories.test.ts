import { parseRootSecrets } from '@countersign/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addressGroup } from '../src/http/address-group.js'
import type { Bindings } from '../src/http/caller.js'
import { createServer } from '../src/server.js'
import { refreshTokenKeys } from '../src/sessions/refresh-token-keys.js'
import { operationsOf } from './openapi-operations.js'
import { ROLE_MATRIX } from './role-matrix.js'
import {
  BROWSER,
  bearer,
  callsTo,
  cookieOf,
  expectProblem,
  newEmail,
  PASSWORD,
  SECRET,
  serverOptions,
  startServer,
  type TestServer,
  watched,
} from './server-fixture.js'
import { age, createUser, sessionFixture } from './session-fixture.js'

/** What went wrong in other products, held against this one (`spec/advisories.md`). */
let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

const signUp = (email: unknown) => server.post('/signup', { email, password: PASSWORD })
const count = async (table: string): Promise<number> => {
  const text = `select count(*)::integer as rows from ${table}`
  return (await server.database.query<{ rows: number }>({ text }))[0]?.rows ?? -1
}
const [key] = refreshTokenKeys(parseRootSecrets(SECRET))

it.each(['"e@attacker.example"@victim.example', '"ada"@example.com'])(
  'GHSA-5jpx-9hw9-2fx4: %s is no address',
  async (email) => {
    await expectProblem(await signUp(email), 400, 'invalid_request')
  },
)

it.each(['ada\uff20example.com', 'ada\ufe6bexample.com', 'ada@example.com\uff20evil.example'])(
  'GHSA-7rqj-j65f-68wh: what looks like an @ is none, in %s',
  async (email) => {
    await expectProblem(await signUp(email), 400, 'invalid_request')
  },
)

it.each(['Bearer %%', 'Bearer %E0%A4%A', 'Bearer', 'Basic %%', '%%'])(
  'GHSA-xmf8-cvqr-rfgj: "%s" is refused, and breaks nothing',
  async (Authorization) => {
    for (const path of ['/me', '/sessions', '/admin/users']) {
      expect([path, (await server.get(path, { Authorization })).status]).toEqual([path, 401])
    }
  },
)

it.each([
  'ada@example.com,eve@example.com',
  'ada@example.com;eve@example.com',
  ['ada@example.com', 'eve@example.com'],
])('GHSA-xv97-c62v-4587: %s is not one address', async (email) => {
  await expectProblem(await signUp(email), 400, 'invalid_request')
})

it('CVE-2025-61928: no member of a body says who acts', async () => {
  const [one, other] = [await server.signUp(), await server.signUp()]
  const body = { email: newEmail(), password: PASSWORD }
  const before = await count('"user"')
  for (const member of ['userId', 'id', 'role', 'ver', 'emailVerified', 'banned']) {
    const answer = await server.post('/signup', { ...body, [member]: other.user.id })
    await expectProblem(answer, 400, 'invalid_request')
  }
  const change = { currentPassword: PASSWORD, newPassword: 'another long password' }

  const answer = await server.post(
    '/password/change',
    { ...change, userId: other.user.id },
    bearer(one.refreshToken),
  )

  await expectProblem(answer, 400, 'invalid_request')
  expect(await count('"user"')).toBe(before)
})

it('CVE-2026-45364: one household is one address, and nobody chooses theirs', async () => {
  expect(addressGroup('2001:db8:0:1::1')).toBe(addressGroup('2001:db8:0:1:ffff::9'))
  expect(addressGroup('2001:db8:0:1::1')).not.toBe(addressGroup('2001:db8:0:2::1'))
  const limited = await startServer({ limits: { signupsPerIp: 2 } })
  const from = (remoteAddress: string): Bindings =>
    ({ incoming: { socket: { remoteAddress } } }) as never
  const join = (remoteAddress: string, headers: Record<string, string> = {}) =>
    limited.call('POST', '/signup', {
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ email: newEmail(), password: PASSWORD }),
      bindings: from(remoteAddress),
    })

  const statuses = [
    (await join('192.0.2.1')).status,
    // IPv4 in IPv6 clothes, and headers that no configured proxy wrote.
    (await join('::ffff:192.0.2.1')).status,
    (await join('192.0.2.1', { 'X-Forwarded-For': '198.51.100.7' })).status,
    (await join('192.0.2.1', { 'X-Real-IP': '198.51.100.8', Forwarded: 'for=1.2.3.4' })).status,
    (await join('192.0.2.1', { 'Countersign-User-IP': '198.51.100.9' })).status,
  ]

  await limited.close()
  expect(statuses).toEqual([201, 201, 429, 429, 429])
})

it.each([10, 50])('GHSA-392p-2q2v-4372: %i refreshes at once are one family', async (parallel) => {
  const { token, id } = await sessionFixture(server.database, { key }).signIn()
  await age(server.database, id, 60)

  const answers = await Promise.all(Array.from({ length: parallel }, () => server.refresh(token)))

  const tokens = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { refreshToken: string }).refreshToken),
  )
  expect(answers.map(({ status }) => status)).toEqual(Array(parallel).fill(200))
  expect(new Set(tokens).size).toBe(1)
  const [row] = await server.database.query<{ gen: number }>({
    text: 'select gen from countersign_sessions where id = $1',
    values: [id],
  })
  expect(row?.gen).toBe(2)
})

it('GHSA-gv74-j8m3-fg5f: every route says which roles it lets in', async () => {
  const { operations } = await operationsOf(server)

  expect(operations.filter(({ name }) => !(name in ROLE_MATRIX))).toEqual([])
})

it.each([
  'https://app.example.com.evil.example',
  'https://app.example.comevil.example',
  'https://evil.example/https://app.example.com',
  'https://app.example.com@evil.example',
  'http://app.example.com',
  'https://app.example.com:8443',
  'null',
])('CVE-2024-56734: %s is not an origin that is trusted', async (Origin) => {
  const { refreshToken } = await server.signUp()
  const headers = { ...BROWSER, Origin, Cookie: `__Host-cs_refresh=${refreshToken}` }

  const answer = await server.call('POST', '/refresh', {
    headers: { ...headers, 'X-Countersign': '1' },
  })

  await expectProblem(answer, 403, 'csrf_rejected')
  expect(answer.headers.has('access-control-allow-origin')).toBe(false)
})

it('CVE-2025-48947: no cache keeps what sets or reads a session', async () => {
  const email = newEmail()
  const made = await server.post('/signup', { email, password: PASSWORD }, { ...BROWSER })
  const Cookie = cookieOf(made)
  const body = (await made.clone().json()) as { accessToken: string }

  const answers = [
    made,
    await server.post('/login', { email, password: PASSWORD }, { ...BROWSER }),
    await server.fromBrowser('POST', '/refresh', Cookie),
    await server.get('/me', bearer(body.accessToken)),
    await server.get('/sessions', { ...BROWSER, Cookie }),
    await server.fromBrowser('POST', '/logout', Cookie),
  ]

  expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 204])
  for (const { headers } of answers) expect(headers.get('cache-control')).toContain('no-store')
})

it('CVE-2026-1035: one statement decides a rotation', async () => {
  const statements = watched(server.database)
  const fixture = sessionFixture(statements, { key })
  const { token, id } = await fixture.signIn({ userId: await createUser(server.database) })
  await fixture.after(id, 60)
  statements.statements.length = 0

  expect((await fixture.refresh(token)).outcome).toBe('rotate')

  expect(statements.statements).toHaveLength(1)
})

it('CVE-2026-9802: a server that was just started knows which tokens were used', async () => {
  const fixture = sessionFixture(server.database, { key })
  const { token, id } = await fixture.signIn()
  await fixture.after(id, 60)
  await fixture.refreshed(await fixture.refreshed(token))
  await fixture.after(id, 60)
  await fixture.refreshed(fixture.generation(token, 2))
  await fixture.after(id, 60)

  const restarted = callsTo(await createServer(serverOptions(server.database)))

  await expectProblem(await restarted.refresh(token), 401, 'refresh_reused')
})
