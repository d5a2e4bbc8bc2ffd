import { parseRootSecrets } from '@countersign/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refreshTokenKeys } from '../src/sessions/refresh-token-keys.js'
import { API } from './feed-fixture.js'
import { type HostileRequest, hostileRequests } from './hostile-requests.js'
import { operationsOf } from './openapi-operations.js'
import {
  type Account,
  basic,
  CLIENT,
  SECRET,
  startServer,
  type TestServer,
} from './server-fixture.js'
import { sessionFixture } from './session-fixture.js'

/** Some in the ordinary suite; all with HOSTILE_REQUESTS=50000, which takes a minute or two. */
const COUNT = Number(process.env.HOSTILE_REQUESTS ?? 1_500)
const PATIENCE = Math.max(300_000, COUNT * 40)
/** Nothing here waits: whoever is not answered by then hangs. */
const HANG_MS = 60_000

/** How many requests the tokens are for that are put into them. */
const FRESH_FOR = 20

let server: TestServer
let fixture: ReturnType<typeof sessionFixture>
let accounts: Account[]
let requests: fc.Arbitrary<HostileRequest>
beforeAll(async () => {
  server = await startServer({ clients: [CLIENT, API] })
  const [key] = refreshTokenKeys(parseRootSecrets(SECRET))
  fixture = sessionFixture(server.database, { key })
  accounts = [await server.signUp(), await server.signUp(), await server.signUp()]
  const { operations, resolve } = await operationsOf(server)
  const client = basic(API.id, API.secret).Authorization ?? ''
  const emails = accounts.map(({ email }) => email)
  const ids = accounts.map(({ user }) => user.id)
  requests = hostileRequests(operations, resolve, { emails, ids, client })
})
afterAll(async () => {
  await server?.server.close()
  await server?.close()
})

/** Tokens that work, of somebody, of somebody else and of an administrator. */
async function freshTokens(): Promise<Record<string, string>> {
  const [owner = '', stranger = '', admin = ''] = accounts.map(({ user }) => user.id)
  await server.database.query({
    text: `update "user" set banned = false, role = case id when $1 then 'admin' else 'user' end
           where id = any($2)`,
    values: [admin, [owner, stranger, admin]],
  })
  const sessions = await Promise.all(
    [owner, stranger, admin].map((userId) => fixture.signIn({ userId })),
  )
  const [one = '', other = '', boss = ''] = sessions.map(({ token }) => token)
  const { accessToken } = (await (await server.refresh(one)).json()) as { accessToken: string }
  const broken = `${boss.slice(0, 40)}${boss[40] === 'A' ? 'B' : 'A'}${boss.slice(41)}`
  return { owner: one, stranger: other, admin: boss, access: accessToken, broken }
}

async function send(
  { method, path, headers, body }: HostileRequest,
  tokens: Record<string, string>,
) {
  const filled = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (_all, name) => tokens[name] ?? '')
  const init = { headers: headers.map(([name, value]): [string, string] => [name, filled(value)]) }
  const bytes = body instanceof Uint8Array ? new Uint8Array(body) : body && filled(body)
  const where = filled(decodeBraces(path))
  const answer = await server.call(
    method,
    where,
    bytes === undefined ? init : { ...init, body: bytes },
  )
  const isEndless = answer.headers.get('content-type')?.startsWith('text/event-stream')
  const text = isEndless ? '' : await answer.text()
  if (isEndless) await answer.body?.cancel()
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text }
}

const decodeBraces = (path: string) => path.replace(/%7B%7B(\w+)%7D%7D/g, '{{$1}}')

async function withoutHanging<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), HANG_MS)
  })
  return Promise.race([work, hang]).finally(() => clearTimeout(timer))
}

/** What a request that was cut short somewhere would leave. */
const HALVES = {
  'users without a way in': `select id from "user" u
    where not exists (select from "account" a where a."userId" = u.id)`,
  'live sessions without one of Better Auth': `select id from countersign_sessions s
    where revoked_at is null and not exists (select from "session" a where a.id = s.auth_session_id)`,
  'sessions of Better Auth without one of ours': `select id from "session" a
    where not exists (select from countersign_sessions s where s.auth_session_id = a.id)`,
  'ended sessions that nobody was told of': `select id from countersign_sessions s
    where revoked_at is not null and not exists (
      select from countersign_revocations r where r.session_id = s.id or r.user_id = s.user_id)`,
  'sessions without a line in the audit log': `select id from countersign_sessions s
    where not exists (select from countersign_audit l where l.session_id = s.id::text)`,
}

it(
  `answers ${COUNT} hostile requests of its own document, and leaves nothing half done`,
  async () => {
    let tokens: Record<string, string> = {}
    let sent = 0
    const reached = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        if (sent++ % FRESH_FOR === 0) tokens = await freshTokens()
        const { status, type, text } = await withoutHanging(send(request, tokens))
        const times = reached.get(request.operation) ?? 0
        if (status < 400) reached.set(request.operation, times + 1)
        expect(status, text).toBeLessThan(500)
        if (status >= 400 && request.method !== 'HEAD') {
          expect(type).toMatch(/^application\/(problem\+)?json/)
          expect(text).not.toMatch(/ at .*\.[jt]s:\d|syntax error|violates|pg_|\$argon2/)
        }
      }),
      {
        numRuns: COUNT,
        // The same ones in the ordinary suite, others whenever somebody asks for a number.
        ...(process.env.HOSTILE_REQUESTS ? {} : { seed: 1 }),
      },
    )

    for (const [what, text] of Object.entries(HALVES)) {
      expect([what, await server.database.query({ text })]).toEqual([what, []])
    }
    // Not all were refused before anything was read.
    const written = [...reached.keys()].filter((name) => /^(post|patch|delete)/.test(name))
    expect(written.length).toBeGreaterThan(5)
  },
  PATIENCE,
)
