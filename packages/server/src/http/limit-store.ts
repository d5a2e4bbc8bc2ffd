import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
} from 'rate-limiter-flexible'
import type { Database, Statement } from '../database/database.js'
import { connectRedis } from '../revocations/redis-messenger.js'

/** Where rate limits are counted: in each process apart, or in one place for all. */
export const LIMIT_STORES = ['memory', 'postgres', 'redis'] as const
export type LimitStoreName = (typeof LIMIT_STORES)[number]

export type Limiter = Pick<RateLimiterAbstract, 'consume' | 'reward' | 'delete' | 'block'>

export interface LimitStore {
  /** Counts under a name of its own: so many points in so many seconds for each key. */
  limiter(name: string, points: number, seconds: number): Limiter
  close(): void
}

const TABLE = 'countersign_rate_limits'
const PREFIX = 'countersign:limit:'

/** The store that the options name. */
export async function openLimitStore(
  { database, limits, redisUrl }: LimitStoreOptions,
  log: Logger,
): Promise<LimitStore> {
  if (limits.store === 'postgres') return postgresStore(database, log)
  return limits.store === 'redis' && redisUrl ? redisStore(redisUrl, log) : memoryStore()
}

export interface LimitStoreOptions {
  readonly database: Database
  readonly limits: { readonly store: LimitStoreName }
  readonly redisUrl?: string | undefined
}

/** Counts of this process. */
export function memoryStore(): LimitStore {
  return {
    limiter: (name, points, duration) =>
      new RateLimiterMemory({ keyPrefix: name, points, duration }),
    close() {},
  }
}

/**
 * Counts in the database, for all processes on it. While it is away each process counts for itself:
 * nobody is let in without a limit, and nobody is refused because of it.
 */
export function postgresStore(database: Database, log: Logger): LimitStore {
  const complain = once(log)
  const client = {
    query: async (statement: Statement) => {
      try {
        const rows = await database.query(statement)
        return { rows, rowCount: rows.length }
      } catch (error) {
        complain()
        throw error
      }
    },
  }
  return {
    limiter: (name, points, duration) =>
      new RateLimiterPostgres({
        storeClient: client,
        storeType: 'pool',
        tableName: TABLE,
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration }),
      }),
    close() {},
  }
}

/** Counts in a Redis or Valkey, with the same insurance. */
export async function redisStore(url: string, log: Logger): Promise<LimitStore> {
  const redis = await connectRedis(url, log, 'each process counts its rate limits itself')
  await settled(redis)
  return {
    limiter: (name, points, duration) =>
      new RateLimiterRedis({
        storeClient: redis,
        rejectIfRedisNotReady: true,
        keyPrefix: PREFIX + name,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration }),
      }),
    close: () => redis.disconnect(),
  }
}

/** Waits until Redis is there or is known not to be. */
function settled(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    redis.once('ready', () => resolve())
    redis.once('error', () => resolve())
  })
}

/** Rows of counts that have ended. */
export const PURGE_LIMITS = `
delete from ${TABLE}
where expire < (extract(epoch from statement_timestamp()) * 1000)::bigint`

const COMPLAIN_EVERY_MS = 60_000

function once(log: Logger): () => void {
  let last = Number.NEGATIVE_INFINITY
  return () => {
    const now = performance.now()
    if (now - last < COMPLAIN_EVERY_MS) return
    last = now
    log.warn('the database cannot count rate limits; each process counts for itself')
  }
}
