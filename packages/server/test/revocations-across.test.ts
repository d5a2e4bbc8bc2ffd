import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../src/database/postgres.js'
import { type Listening, listen } from '../src/listen.js'
import { publishOnce, redisMessenger } from '../src/revocations/redis-messenger.js'
import { type CountersignServer, createServer } from '../src/server.js'
import { build, startChild } from './child-process.js'
import { administer, emptyPostgres } from './databases.js'
import { API, type FeedReader, readFeed, revoke, SSE } from './feed-fixture.js'
import {
  AUTH_ORIGIN,
  callsTo,
  newEmail,
  PASSWORD,
  SECRET,
  type SessionBody,
  serverOptions,
} from './server-fixture.js'

const PATIENCE = 60_000
const redisUrl = process.env.TEST_REDIS_URL

/** What carries the news from one process to the other. */
const CARRIERS = [
  ['LISTEN', {}, ''],
  ['Redis', { redisUrl: redisUrl ?? '' }, `redisUrl: ${JSON.stringify(redisUrl)},`],
] as const

describe.each(CARRIERS)('two processes that share PostgreSQL and %s', (_name, options, code) => {
  let place: Awaited<ReturnType<typeof emptyPostgres>>
  let database: ReturnType<typeof openPostgres>
  let server: CountersignServer
  let here: Listening
  let there: Awaited<ReturnType<typeof startOther>>
  beforeAll(async () => {
    await build()
    place = await emptyPostgres()
    database = openPostgres({ url: place.url })
    server = await createServer(serverOptions(database, { clients: [API], ...options }))
    here = await listen(server, { port: 0, host: '127.0.0.1' })
    there = await startOther(place.url, code)
  }, PATIENCE)
  afterAll(async () => {
    await there?.finish()
    await here?.close()
    await database?.close()
    await place?.drop()
  })

  const feedOf = async (port: number): Promise<FeedReader> => {
    const url = `http://127.0.0.1:${port}/api/auth/revocations`
    const feed = readFeed(await fetch(url, { headers: SSE }))
    await feed.snapshot()
    return feed
  }

  it('hear of each other in well under a second', async () => {
    const [feedHere, feedThere] = [await feedOf(here.port), await feedOf(there.port)]
    const { refreshToken, accessToken } = await signUp(here.port)
    const calls = callsTo(server)

    const began = performance.now()
    await calls.post('/logout', { refreshToken })
    await feedThere.session(sidOf(accessToken))
    const [toThere, back] = [performance.now() - began, performance.now()]
    const other = await signUp(there.port)
    await post(there.port, '/logout', { refreshToken: other.refreshToken })
    await feedHere.session(sidOf(other.accessToken))
    await Promise.all([feedHere.close(), feedThere.close()])

    // The polls alone would take up to two seconds each.
    expect([toThere < 1_500, performance.now() - back < 5_000]).toEqual([true, true])
  })

  it('hear of each other without it, by looking', async () => {
    const feed = await feedOf(there.port)
    await administer(
      place.url,
      `drop trigger countersign_announce_revocation on countersign_revocations`,
    )

    const id = await revoke(database)
    await feed.session(id)
    await feed.close()
  })
})

describe('a connection that listens', () => {
  it('is made again after it was cut, and nothing is missed in between', async () => {
    const place = await emptyPostgres()
    const database = openPostgres({ url: place.url })
    const server = await createServer(serverOptions(database, { clients: [API] }))
    const feed = readFeed(await callsTo(server).get('/revocations', SSE))
    await feed.snapshot()
    const listeners = async () => {
      const rows = await database.query<{ pid: number }>({
        text: `select pid from pg_stat_activity
               where datname = current_database() and application_name = 'countersign listens'`,
      })
      return rows.map(({ pid }) => pid)
    }
    await until(async () => (await listeners()).length === 1)
    const [first] = await listeners()

    await database.query({ text: 'select pg_terminate_backend($1)', values: [first] })
    const id = await revoke(database)
    await feed.session(id)
    await until(async () => (await listeners()).some((pid) => pid !== first))
    const later = await revoke(database)
    await feed.session(later)

    await server.close()
    await database.close()
    await place.drop()
  })
})

describe('a pooler in transaction mode', () => {
  /** An address by which a pooler is known; PostgreSQL itself does not mind the parameter. */
  const pooled = (url: string) => `${url}?pgbouncer=true`

  it.each([
    ['has nobody listen, and is polled', false],
    ['leaves the listening to DIRECT_URL', true],
  ])('%s', async (_name, direct) => {
    const place = await emptyPostgres()
    const directUrl = direct ? { directUrl: place.url } : {}
    const database = openPostgres({ url: pooled(place.url), ...directUrl })
    const server = await createServer(serverOptions(database, { clients: [API] }))
    const feed = readFeed(await callsTo(server).get('/revocations', SSE))
    await feed.snapshot()
    const listening = () =>
      database.query({
        text: `select pid from pg_stat_activity
               where datname = current_database() and application_name = 'countersign listens'`,
      })

    if (direct) await until(async () => (await listening()).length === 1)
    const id = await revoke(database)
    await feed.session(id)
    const listeners = await listening()
    await server.close()
    await database.close()
    await place.drop()

    expect(listeners).toHaveLength(direct ? 1 : 0)
  })
})

describe('Redis', () => {
  it('carries what a program says that ends at once', async () => {
    const log = pino({ level: 'silent' })
    const messenger = await redisMessenger(redisUrl ?? '', log)
    let heard = 0
    const stop = await new Promise<() => Promise<void>>((resolve) => {
      const stopListening = messenger.listen({
        connected: () => resolve(stopListening),
        heard: () => {
          heard += 1
        },
        lost: () => {},
      })
    })

    await publishOnce(redisUrl ?? '')
    await until(async () => heard > 0)
    await stop()
    messenger.close()

    await expect(publishOnce('redis://127.0.0.1:1')).rejects.toThrow()
  })

  it('is optional, and missed in one sentence', async () => {
    const missing = async () => {
      throw new Error('Cannot find package')
    }

    const failure = redisMessenger('redis://127.0.0.1:1', pino({ level: 'silent' }), missing)

    await expect(failure).rejects.toThrow(/^COUNTERSIGN_REDIS_URL needs the package ioredis/)
  })

  it('that is not there leaves the poll, and logs no address', async () => {
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
    const place = await emptyPostgres()
    const database = openPostgres({ url: place.url })
    const options = { clients: [API], redisUrl: 'redis://:hunter2@127.0.0.1:1', log }
    const server = await createServer(serverOptions(database, options))
    const calls = callsTo(server)
    const feed = readFeed(await calls.get('/revocations', SSE))
    await feed.snapshot()

    const id = await revoke(database)
    await feed.session(id)
    await server.close()
    await database.close()
    await place.drop()

    expect(lines.join()).toContain('Redis cannot be reached')
    expect(lines.join()).not.toContain('hunter2')
  })
})

/** A server in a process of its own. */
async function startOther(databaseUrl: string, code: string) {
  const child = startChild(`
    import { once } from 'node:events'
    import { createServer, listen, openPostgres } from '$dist/index.js'
    const database = openPostgres({ url: ${JSON.stringify(databaseUrl)} })
    const server = await createServer({
      url: '${AUTH_ORIGIN}', secret: '${SECRET}', audience: 'todo-api', database, ${code}
      clients: [${JSON.stringify(API)}],
    })
    const listening = await listen(server, { port: 0, host: '127.0.0.1' })
    console.log(listening.port)
    process.stdin.resume()
    await once(process.stdin, 'end')
    await listening.close()
    await database.close()
  `)
  return { ...child, port: Number(await child.line()) }
}

async function post(port: number, path: string, body: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/api/auth${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}

async function signUp(port: number): Promise<SessionBody> {
  const answer = await post(port, '/signup', { email: newEmail(), password: PASSWORD })
  expect(answer.status).toBe(201)
  return answer.json()
}

function sidOf(accessToken: string): string {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sid
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to pass')
}
