import { randomUUID } from 'node:crypto'
import { createServer as createTcpServer } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureLimit } from '../src/http/failure-limit.js'
import { type LimitStore, memoryStore, postgresStore, redisStore } from '../src/http/limit-store.js'
import { ProblemError } from '../src/http/problem-error.js'
import { createRateLimits } from '../src/http/rate-limits.js'
import { embedded, postgres, type TestDatabase } from './databases.js'
import { recordedLog } from './recorded-log.js'
import { newEmail, PASSWORD, startServer } from './server-fixture.js'

const log = pino({ level: 'silent' })
const LIMITED = { code: 'rate_limited' }

async function redisUrl(): Promise<string> {
  const url = process.env.TEST_REDIS_URL
  if (!url) throw new Error('TEST_REDIS_URL is not set; run the tests through `npm test`')
  return url
}

type Opened = readonly [store: LimitStore, close: () => unknown]
const counting = async (open: () => Promise<TestDatabase>): Promise<Opened> => {
  const { database, close } = await open()
  return [postgresStore(database, log), close]
}
const STORES: ReadonlyArray<readonly [string, () => Promise<Opened>]> = [
  ['memory', async () => [memoryStore(), () => {}]],
  ['PGlite', () => counting(embedded)],
  ['PostgreSQL', () => counting(postgres)],
  [
    'Redis',
    async () => {
      const store = await redisStore(await redisUrl(), log)
      return [store, () => store.close()]
    },
  ],
]

const email = () => `${randomUUID()}@example.com`
const wrong = () => Promise.reject(new ProblemError('invalid_credentials'))

describe.each(STORES)('limits counted by %s', (name, open) => {
  let store: LimitStore
  let close: () => unknown
  beforeAll(async () => {
    ;[store, close] = await open()
  })
  afterAll(() => close?.())

  const limits = (given = {}) =>
    createRateLimits({ loginFailuresPerAccount: 2, loginFailuresPerIp: 1_000_000, ...given }, store)
  const fail = async (some: ReturnType<typeof limits>, who: string, device?: string) => {
    const attempt = await some.login(who, '192.0.2.1', device)
    await attempt.judge(wrong).catch(() => {})
  }

  it('refuse what was too much, with the seconds until it is not', async () => {
    const [some, who] = [limits(), email()]
    await fail(some, who)
    await fail(some, who)

    const refusal = await some.login(who, '192.0.2.1').catch((error: unknown) => error)

    expect(refusal).toMatchObject({ ...LIMITED, options: { retryAfterSeconds: 900 } })
    const again = await some.login(who, '192.0.2.1').catch((error: unknown) => error)
    const { retryAfterSeconds = 0 } = (again as ProblemError).options
    expect(retryAfterSeconds).toBeGreaterThan(800)
    expect(retryAfterSeconds).toBeLessThanOrEqual(900)
  })

  it('count attempts that are made at the same time', async () => {
    const [some, who] = [limits(), email()]

    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => fail(some, who)))

    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  })

  it('forget the failures of whoever succeeds', async () => {
    const [some, who] = [limits(), email()]
    for (let turn = 0; turn < 3; turn += 1) {
      await fail(some, who)
      const attempt = await some.login(who, '192.0.2.1')
      expect(await attempt.judge(async () => 'in')).toBe('in')
    }
  })

  it('let nobody lock out a device that signed in before', async () => {
    const [some, who] = [limits(), email()]
    await fail(some, who)
    await fail(some, who)
    await expect(some.login(who, '192.0.2.1')).rejects.toMatchObject(LIMITED)

    const attempt = await some.login(who, '192.0.2.1', 'known')
    expect(await attempt.judge(async () => 'in')).toBe('in')
    await fail(some, who, 'known')
    await fail(some, who, 'known')
    await expect(some.login(who, '192.0.2.1', 'known')).rejects.toMatchObject(LIMITED)
  })

  // The memory of a process is its own.
  if (name === 'memory') return

  it('count for all processes', async () => {
    const [one, other, who] = [limits(), limits(), email()]
    await fail(one, who)
    await fail(other, who)

    await expect(one.login(who, '192.0.2.1')).rejects.toMatchObject(LIMITED)
    await expect(other.login(who, '192.0.2.1')).rejects.toMatchObject(LIMITED)
  })

  it('make whoever goes on wait twice as long, to a bound', async () => {
    const options = { name: randomUUID(), points: 1, seconds: 10, longestSeconds: 35 }
    const limit = failureLimit(store, options)
    const failures = store.limiter(options.name, 1, 10)
    const delays: number[] = []
    for (let turn = 0; turn < 4; turn += 1) {
      await limit.take('key')
      const refusal = await limit.take('key').catch((error: ProblemError) => error)
      delays.push((refusal as ProblemError).options.retryAfterSeconds ?? 0)
      // The time has passed.
      await failures.delete('key')
    }

    expect(delays).toEqual([10, 20, 35, 35])
    await limit.forget('key')
    await limit.take('key')
    await expect(limit.take('key')).rejects.toMatchObject({ options: { retryAfterSeconds: 10 } })
  })
})

describe('while the store is away', () => {
  const attempts = async (store: LimitStore): Promise<string[]> => {
    const some = createRateLimits({ loginFailuresPerAccount: 2 }, store)
    const outcomes: string[] = []
    for (let turn = 0; turn < 4; turn += 1) {
      const attempt = await some.login('ada@example.com', '192.0.2.1').catch((error) => error.code)
      outcomes.push(
        typeof attempt === 'string' ? attempt : await attempt.judge(wrong).catch(() => 'counted'),
      )
    }
    return outcomes
  }
  const COUNTED = ['counted', 'counted', 'rate_limited', 'rate_limited']

  it('a process counts by itself for the database, and says so once', async () => {
    const { logger, lines } = recordedLog()
    const away = { query: () => Promise.reject(new Error('away')) }

    expect(await attempts(postgresStore(away as never, logger))).toEqual(COUNTED)
    expect(lines.filter((line) => line.includes('cannot count'))).toHaveLength(1)
  })

  it('and for Redis', async () => {
    const closed = createTcpServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    const store = await redisStore(`redis://127.0.0.1:${port}`, log)

    expect(await attempts(store)).toEqual(COUNTED)
    store.close()
  })
})

it.each(['postgres', 'redis'] as const)('a server counts in %s', async (store) => {
  const redis = store === 'redis' ? { redisUrl: await redisUrl() } : {}
  const server = await startServer({
    limits: { store, loginFailuresPerAccount: 1, loginFailuresPerIp: 1_000_000 },
    ...redis,
  })
  const body = { email: newEmail(), password: PASSWORD }

  const statuses = [
    (await server.post('/login', body)).status,
    (await server.post('/login', body)).status,
  ]

  const [row] = await server.database.query<{ keys: number }>({
    text: 'select count(*)::integer as keys from countersign_rate_limits',
  })
  await server.server.purge()
  await server.server.close()
  await server.close()
  expect(statuses).toEqual([401, 429])
  expect(row?.keys).toBe(store === 'postgres' ? 2 : 0)
})
