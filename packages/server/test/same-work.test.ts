import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { createServer } from '../src/server.js'
import { postgres, type TestDatabase } from './databases.js'
import { callsTo, newEmail, PASSWORD, serverOptions, WEB_ORIGIN } from './server-fixture.js'
import { createUser } from './session-fixture.js'

/** How often passwords were hashed or checked, by the real library. */
const work = vi.hoisted(() => ({ hashes: 0 }))
vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<typeof import('@node-rs/argon2')>()
  const counted =
    <Args extends unknown[], Result>(compute: (...args: Args) => Result) =>
    (...args: Args): Result => {
      work.hashes += 1
      return compute(...args)
    }
  return { ...real, hash: counted(real.hash), verify: counted(real.verify) }
})

let opened: TestDatabase
let server: Awaited<ReturnType<typeof createServer>>
let calls: ReturnType<typeof callsTo>
let known: string
const statements: string[] = []
beforeAll(async () => {
  opened = await postgres()
  const { database } = opened
  const listening = {
    ...database,
    query: ((statement) => {
      statements.push(statement.text)
      return database.query(statement)
    }) as typeof database.query,
  }
  const options = { signUpMode: 'verify_first', devMailbox: true, webUrl: WEB_ORIGIN } as const
  const url = 'http://localhost:4400'
  server = await createServer(serverOptions(listening, { ...options, url }))
  calls = callsTo(server)
  const userId = await createUser(database)
  known = `${userId}@example.com`
})
afterAll(async () => {
  await server?.close()
  await opened?.close()
})
beforeEach(() => {
  statements.length = 0
})

/** Statements of the request itself: sending mail, the feed and the keys have rhythms of their own. */
const ofRequest = (text: string) =>
  /^\s*insert into countersign_mail/.test(text) ||
  !/countersign_mail|countersign_revocations|signing_keys/.test(text)

async function workOf(path: string, body: object) {
  await calls.post(path, body)
  const before = { hashes: work.hashes, statements: statements.length }
  const answer = await calls.post(path, body)
  const asked = statements.slice(before.statements).filter(ofRequest)
  const text = await answer.text()
  return { status: answer.status, text, hashes: work.hashes - before.hashes, asked: asked.sort() }
}

it.each<[string, (email: string) => object]>([
  ['/login', (email) => ({ email, password: 'wrong, of course' })],
  ['/signup', (email) => ({ email, password: PASSWORD })],
  ['/password/forgot', (email) => ({ email })],
  ['/email/resend', (email) => ({ email })],
])(
  '%s does the same work for an address that it knows and for one that it does not',
  async (path, body) => {
    const one = await workOf(path, body(known))
    const other = await workOf(path, body(newEmail()))

    expect(one).toEqual(other)
    expect(one.hashes).toBe(/login|signup/.test(path) ? 1 : 0)
  },
)
