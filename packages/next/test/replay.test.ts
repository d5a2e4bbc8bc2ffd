import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import type { Backend, RefreshOutcome } from '../src/backend.js'
import { redisReplayStore } from '../src/rest/redis-replay-store.js'
import { replayed } from '../src/rest/replay.js'
import { memoryReplayStore, type ReplayStore } from '../src/rest/replay-store.js'
import type { SealedSession } from '../src/sealed-session.js'

const { TEST_REDIS_URL } = process.env
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const nobody = { ip: undefined, userAgent: undefined }
const logger = { warn: () => {} }
const seconds = () => Date.now() / 1000

function sessionWith(refreshToken: string): SealedSession {
  const [id, email, role, at] = ['u1', 'ada@example.com', 'user', '2026-01-01T00:00:00Z']
  return {
    ...{ refreshToken, accessToken: `access of ${refreshToken}`, sessionId: 's1', tokenId: 't1' },
    ...{ accessIssuedAt: 1, accessExpiresAt: 2, sessionExpiresAt: 3, remember: true },
    user: {
      id,
      email,
      name: null,
      image: null,
      role,
      emailVerified: true,
      createdAt: at,
      updatedAt: at,
    },
  }
}

/** A backend that rotates strictly: a token that comes twice ends its family. */
async function strictBackend() {
  const state = { live: `secret-${randomUUID()}`, ended: false, hits: 0, status: 200 }
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    state.hits += 1
    const { refresh_token } = JSON.parse(text)
    if (state.status !== 200) return response.writeHead(state.status).end()
    if (refresh_token !== state.live) state.ended = true
    if (state.ended) return response.writeHead(401).end()
    state.live = `secret-${randomUUID()}`
    return response.end(JSON.stringify({ refresh_token: state.live }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise((resolve) => server.close(resolve)))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/refresh`
  const refresh: Backend['refresh'] = async ({ refreshToken }): Promise<RefreshOutcome> => {
    const body = JSON.stringify({ refresh_token: refreshToken })
    const response = await fetch(url, { method: 'POST', body })
    const end = { kind: 'ended', code: 'refresh_invalid', reason: undefined } as const
    if (response.status === 401) return end
    if (!response.ok) return { kind: 'unavailable', retryAfterSeconds: undefined }
    const answer = (await response.json()) as { refresh_token: string }
    return { kind: 'renewed', session: sessionWith(answer.refresh_token) }
  }
  return { state, refresh }
}

function redisStores() {
  const prefix = `replay-test-${randomUUID()}:`
  const connect = () => {
    const redis = new Redis(String(TEST_REDIS_URL))
    cleanups.push(() => redis.disconnect())
    return redis
  }
  const first = connect()
  cleanups.push(async () => {
    const names = await first.keys(`${prefix}*`)
    if (names.length > 0) await first.del(...names)
  })
  const stores = [redisReplayStore(first, prefix), redisReplayStore(connect(), prefix)]
  return { redis: first, prefix, stores }
}

const KINDS: [string, () => readonly ReplayStore[]][] = [
  ['memory', () => [memoryReplayStore(seconds)]],
  ...(TEST_REDIS_URL
    ? [['two instances and Redis', () => redisStores().stores] as [string, () => ReplayStore[]]]
    : []),
]

describe.each(KINDS)('a strict backend behind %s', (_kind, makeStores) => {
  async function setUp(leaseSeconds = 30) {
    const backend = await strictBackend()
    const stores = makeStores()
    const calls = stores.map((store) =>
      replayed(backend.refresh, { store, leaseSeconds, waitSeconds: 20, now: () => 0, logger }),
    )
    const call = (at: number) => calls[at % calls.length] as Backend['refresh']
    return { ...backend, call, stores, session: sessionWith(backend.state.live) }
  }

  it('is asked once by 32 parallel refreshes, which all get the same answer', async () => {
    const { call, session, state } = await setUp()

    const outcomes = await Promise.all(
      Array.from({ length: 32 }, (_, at) => call(at)(session, nobody)),
    )

    const renewed = { kind: 'renewed', session: sessionWith(state.live) }
    expect(outcomes).toEqual(Array.from({ length: 32 }, () => renewed))
    expect(state).toMatchObject({ hits: 1, ended: false })
  })

  it('ends the session for a token that no lease covers', async () => {
    const { refresh, call, session, state } = await setUp()
    await refresh(session, nobody)

    const outcome = await call(0)(session, nobody)

    expect(outcome.kind).toBe('ended')
    expect(state.ended).toBe(true)
  })

  it('is asked again after a failure', async () => {
    const { call, session, state } = await setUp()
    state.status = 500
    const failed = await call(0)(session, nobody)
    state.status = 200

    const outcome = await call(1)(session, nobody)

    expect([failed.kind, outcome.kind]).toEqual(['unavailable', 'renewed'])
  })

  it('is asked by another when the holder of the lease died', async () => {
    const backend = await setUp(0.3)
    const [store] = backend.stores
    const dying = replayed(() => new Promise(() => {}), {
      ...{ store: store as ReplayStore, leaseSeconds: 0.3, waitSeconds: 20, now: () => 0, logger },
    })
    void dying(backend.session, nobody)

    const outcome = await backend.call(1)(backend.session, nobody)

    expect(outcome.kind).toBe('renewed')
    expect(backend.state.hits).toBe(1)
  })
})

describe('the store', () => {
  it('keeps the session when it fails, and does not ask the backend', async () => {
    const { refresh, state } = await strictBackend()
    const fail = () => Promise.reject(new Error('down'))
    const store = { take: fail, keep: fail, release: fail }

    const call = replayed(refresh, {
      store,
      leaseSeconds: 1,
      waitSeconds: 20,
      now: () => 0,
      logger,
    })

    expect((await call(sessionWith(state.live), nobody)).kind).toBe('unavailable')
    expect(state.hits).toBe(0)
  })

  it('takes a client of Redis and nothing else', () => {
    expect(() => redisReplayStore('redis://127.0.0.1' as never)).toThrow(TypeError)
  })

  it('is not believed when an answer in it was changed', async () => {
    const { refresh, state } = await strictBackend()
    const kept = memoryReplayStore()
    const changed: ReplayStore = {
      ...kept,
      take: async (name, lease) => {
        const turn = await kept.take(name, lease)
        if (turn.kind !== 'kept') return turn
        return {
          ...turn,
          answer: turn.answer.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
        }
      },
    }
    const session = sessionWith(state.live)
    const options = { leaseSeconds: 1, waitSeconds: 1, now: () => 0, logger }
    await replayed(refresh, { store: kept, ...options })(session, nobody)

    const outcome = await replayed(refresh, { store: changed, ...options })(session, nobody)

    expect(outcome.kind).toBe('unavailable')
    expect(state.hits).toBe(1)
  })

  // Skipped without a Redis, which `npm test` always brings.
  it.skipIf(!TEST_REDIS_URL)('holds no token and no address in clear', async () => {
    const { refresh, state } = await strictBackend()
    const { redis, prefix, stores } = redisStores()
    const old = state.live
    const store = stores[0] as ReplayStore
    await replayed(refresh, { store, leaseSeconds: 9, waitSeconds: 20, now: () => 0, logger })(
      sessionWith(old),
      nobody,
    )

    const names = await redis.keys(`${prefix}*`)
    const text = names.join() + (await redis.mget(...names)).join()

    expect(names).toHaveLength(1)
    expect(await redis.pttl(String(names[0]))).toBeLessThanOrEqual(60_000)
    for (const secret of [old, state.live, 'ada@example.com', 'secret-', 'access']) {
      expect(text).not.toContain(secret)
    }
  })
})
