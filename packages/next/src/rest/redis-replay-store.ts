import type { ReplayStore } from './replay-store.js'

/** What is used of an `ioredis` client. */
export interface RedisScripts {
  readonly eval: (script: string, keys: number, ...args: (string | number)[]) => Promise<unknown>
}

const PREFIX = 'countersign:replay:'

/** `L` and the holder is a lease, `A` and a text is an answer. */
const TAKE = `
local value = redis.call('get', KEYS[1])
if not value then redis.call('set', KEYS[1], 'L' .. ARGV[1], 'PX', ARGV[2]) end
return value`

const KEEP = `
local value = redis.call('get', KEYS[1])
if value and string.sub(value, 1, 1) == 'A' then return end
redis.call('set', KEYS[1], 'A' .. ARGV[1], 'PX', ARGV[2])`

const RELEASE = `
if redis.call('get', KEYS[1]) == 'L' .. ARGV[1] then redis.call('del', KEYS[1]) end`

/**
 * A store for several instances, on a client of `ioredis` or one with its `eval`. Rejects while Redis
 * does not answer. Throws `TypeError` for something else than a client.
 */
export function redisReplayStore(redis: RedisScripts, prefix: string = PREFIX): ReplayStore {
  if (typeof redis?.eval !== 'function') {
    throw new TypeError('redisReplayStore needs a client such as new Redis(url) of ioredis')
  }
  const run = (script: string, name: string, ...args: (string | number)[]) =>
    redis.eval(script, 1, prefix + name, ...args)
  return {
    take: async (name, { holder, seconds }) => {
      const value = await run(TAKE, name, holder, Math.ceil(seconds * 1000))
      if (typeof value !== 'string') return { kind: 'taken' }
      return value.startsWith('A') ? { kind: 'kept', answer: value.slice(1) } : { kind: 'busy' }
    },
    keep: async (name, { answer, seconds }) => {
      await run(KEEP, name, answer, Math.ceil(seconds * 1000))
    },
    release: async (name, holder) => {
      await run(RELEASE, name, holder)
    },
  }
}
