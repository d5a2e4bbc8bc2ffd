import type { Redis, RedisOptions } from 'ioredis'
import type { Logger } from 'pino'
import { CHANNEL, type Messenger } from './messenger.js'

/** Nothing waits for Redis: what it does not carry now, the poll finds. */
const OPTIONS = {
  connectionName: 'countersign',
  connectTimeout: 3_000,
  enableOfflineQueue: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt: number) => Math.min(100 * attempt, 1_000),
} as const satisfies RedisOptions

const loadRedis = () => import('ioredis')

/**
 * Pub/sub of Redis or Valkey, for many processes and where LISTEN is not to be had.
 * @throws Error with one sentence if the package `ioredis` is not installed
 */
export async function redisMessenger(
  url: string,
  log: Logger,
  load = loadRedis,
): Promise<Messenger> {
  const { Redis } = await required(load)
  const connect = () => connection(Redis, url, log, 'the revocation feed polls')
  const publisher = connect()
  const publish = async (): Promise<void> => {
    await publisher.publish(CHANNEL, '')
  }
  return {
    listen({ connected, heard, lost }) {
      const subscriber = connect()
      subscriber.on('ready', () => void subscriber.subscribe(CHANNEL).then(connected, () => {}))
      subscriber.on('message', heard)
      subscriber.on('close', lost)
      return async () => {
        subscriber.removeAllListeners('close')
        subscriber.disconnect()
      }
    },
    announce: () => void publish().catch(() => {}),
    probe: publish,
    close: () => publisher.disconnect(),
  }
}

/**
 * A connection that is made again when it breaks. The log hears once that it did, and `meanwhile`.
 * @throws Error with one sentence if the package `ioredis` is not installed
 */
export async function connectRedis(url: string, log: Logger, meanwhile: string): Promise<Redis> {
  const { Redis } = await required(loadRedis)
  return connection(Redis, url, log, meanwhile)
}

function connection(Client: typeof Redis, url: string, log: Logger, meanwhile: string): Redis {
  const redis = new Client(url, OPTIONS)
  let failing = false
  redis.on('ready', () => {
    failing = false
  })
  redis.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (!failing) log.warn({ code }, `Redis cannot be reached; ${meanwhile}`)
    failing = true
  })
  return redis
}

/** For a program that says one thing and ends. Gives up after three seconds. */
export async function publishOnce(url: string): Promise<void> {
  const { Redis } = await required(loadRedis)
  const redis = new Redis(url, { ...OPTIONS, enableOfflineQueue: true, retryStrategy: () => null })
  redis.on('error', () => {})
  await redis.publish(CHANNEL, '').finally(() => redis.disconnect())
}

async function required(load: typeof loadRedis) {
  try {
    return await load()
  } catch (cause) {
    throw new Error('COUNTERSIGN_REDIS_URL needs the package ioredis, which is not installed', {
      cause,
    })
  }
}
