import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbedded } from '../src/database/embedded.js'
import { openPostgres } from '../src/database/postgres.js'
import { build, startChild } from './child-process.js'
import { emptyPostgres } from './databases.js'
import { AUTH_ORIGIN, newEmail, PASSWORD, SECRET, type SessionBody } from './server-fixture.js'
import { age, HOUR } from './session-fixture.js'

/** Processes start, and databases recover, in their own time on a busy machine. */
const PATIENCE = 120_000

interface Place {
  /** Opens the database, as an expression in the process of the server. */
  readonly expression: string
  open(): Promise<Awaited<ReturnType<typeof openEmbedded>>>
  remove(): Promise<void>
}

const PLACES: ReadonlyArray<readonly [string, () => Promise<Place>]> = [
  ['PostgreSQL', inPostgres],
  ['an embedded database', inFolder],
]

async function inPostgres(): Promise<Place> {
  const { url, drop } = await emptyPostgres()
  return {
    expression: `openPostgres({ url: ${JSON.stringify(url)} })`,
    open: async () => openPostgres({ url }),
    remove: drop,
  }
}

async function inFolder(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'))
  const dataDir = join(folder, 'data')
  return {
    expression: `await openEmbedded({ dataDir: ${JSON.stringify(dataDir)} })`,
    open: () => openEmbedded({ dataDir }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/**
 * A server in a process of its own. Told to, it answers no rotation any more and is killed at once
 * when the last of so many was committed: the database knows of them, their clients never hear.
 */
async function serve({ expression }: Place) {
  const child = startChild(`
    import { createInterface } from 'node:readline'
    import { createServer, listen, openEmbedded, openPostgres } from '$dist/index.js'
    const database = ${expression}
    let left = Infinity
    const fragile = { ...database, query: async (statement) => {
      const rows = await database.query(statement)
      if (left === Infinity || rows[0]?.answer?.outcome !== 'rotate') return rows
      left -= 1
      if (left === 0) process.kill(process.pid, 'SIGKILL')
      return new Promise(() => {})
    } }
    const server = await createServer({
      url: '${AUTH_ORIGIN}', secret: '${SECRET}', audience: 'todo-api', database: fragile,
    })
    const { port } = await listen(server, { port: 0, host: '127.0.0.1' })
    console.log(port)
    for await (const line of createInterface({ input: process.stdin })) {
      left = Number(line)
      console.log('told')
    }
    process.exit(0)
  `)
  const url = `http://127.0.0.1:${await child.line()}/api/auth`
  const post = (path: string, body: object) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    finish: child.finish,
    refresh: (refreshToken: string) => post('/refresh', { refreshToken }),
    async signUp(): Promise<string> {
      const answer = await post('/signup', { email: newEmail(), password: PASSWORD })
      return ((await answer.json()) as SessionBody).refreshToken
    },
    /** From now on it answers no rotation, and the last of so many is its end. */
    async dieAfter(rotations: number): Promise<void> {
      child.say(String(rotations))
      await child.line()
    },
    async ended(): Promise<void> {
      while ((await child.line()) !== undefined);
    },
  }
}

/** When a client comes back with its old token, and what it is told. */
const CLIENTS = [
  { after: 'a second', seconds: 0, status: 200, generation: 2 },
  { after: 'an hour', seconds: HOUR, status: 200, generation: 3 },
  { after: 'twenty-three hours', seconds: 23 * HOUR, status: 200, generation: 3 },
  { after: 'twenty-five hours', seconds: 25 * HOUR, status: 401, generation: 2 },
]

beforeAll(build, PATIENCE)

describe.each(PLACES)('a server on %s that is killed before it could answer', (_, choose) => {
  let place: Place
  let tokens: string[]
  beforeAll(async () => {
    place = await choose()
    const first = await serve(place)
    tokens = []
    for (const _client of CLIENTS) tokens.push(await first.signUp())
    await first.finish()
    await ageAll(CLIENTS.map(() => HOUR))
    await loseAnswers()
  }, PATIENCE)
  afterAll(() => place?.remove())

  /** Ages sessions, oldest first, while no server runs: an embedded database has one process. */
  async function ageAll(seconds: readonly number[]): Promise<number[]> {
    const database = await place.open()
    const rows = await database.query<{ id: string; gen: number }>({
      text: `select s.id, s.gen from countersign_sessions s
             join "user" u on u.id = s.user_id order by u."createdAt"`,
    })
    for (const [index, { id }] of rows.entries()) await age(database, id, seconds[index] ?? 0)
    await database.close()
    return rows.map(({ gen }) => gen)
  }

  async function loseAnswers(): Promise<void> {
    const server = await serve(place)
    await server.dieAfter(tokens.length)
    const lost = await Promise.allSettled(tokens.map(server.refresh))
    expect(lost.map(({ status }) => status)).toEqual(tokens.map(() => 'rejected'))
    await server.ended()
  }

  it(
    'has rotated, and lets everybody in who comes back within a day (CVE-2026-9802)',
    async () => {
      const committed = await ageAll(CLIENTS.map(({ seconds }) => seconds))
      expect(committed).toEqual(CLIENTS.map(() => 2))

      const server = await serve(place)
      for (const [index, { after, status }] of CLIENTS.entries()) {
        const answer = await server.refresh(tokens[index] ?? '')
        const body = await answer.json()
        expect([after, answer.status]).toEqual([after, status])
        if (status === 401) {
          expect(body).toMatchObject({ code: 'session_ended', reason: 'recovery_expired' })
        } else {
          expect(body.refreshToken).not.toBe(tokens[index])
          expect((await server.refresh(body.refreshToken)).status).toBe(200)
        }
      }
      await server.finish()

      expect(await ageAll([])).toEqual(CLIENTS.map(({ generation }) => generation))
    },
    PATIENCE,
  )
})
