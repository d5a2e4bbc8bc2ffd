import { RateLimiterRes } from 'rate-limiter-flexible'
import type { Limiter, LimitStore } from './limit-store.js'
import { ProblemError } from './problem-error.js'

const DAY = 86_400
/** No limit of strikes: they are only counted. */
const NO_LIMIT = 1_000_000

export interface FailureLimitOptions {
  readonly name: string
  readonly points: number
  readonly seconds: number
  /** The longest that anybody waits. */
  readonly longestSeconds: number
}

/** So many failures in a while; whoever goes on waits twice as long each time. */
export interface FailureLimit {
  /** @throws ProblemError `rate_limited` */
  take(key: string): Promise<void>
  /** Nothing was decided. */
  giveBack(key: string): Promise<void>
  /** It went well. */
  forget(key: string): Promise<void>
}

export function failureLimit(store: LimitStore, options: FailureLimitOptions): FailureLimit {
  const { name, points, seconds, longestSeconds } = options
  const failures = store.limiter(name, points, seconds)
  const strikes = store.limiter(`${name}:strikes`, NO_LIMIT, DAY)

  /** The first refusal blocks for a while, and later ones wait for the end of that. */
  const refuse = async (key: string, { consumedPoints, msBeforeNext }: RateLimiterRes) => {
    if (consumedPoints !== points + 1) throw limited(msBeforeNext / 1000)
    const { consumedPoints: strike } = await strikes.consume(key)
    const delay = Math.min(longestSeconds, seconds * 2 ** (strike - 1))
    await failures.block(key, delay)
    throw limited(delay)
  }

  return {
    async take(key) {
      const refusal = await consume(failures, key)
      if (refusal) await refuse(key, refusal)
    },
    giveBack: async (key) => void (await failures.reward(key)),
    async forget(key) {
      await failures.delete(key)
      await strikes.delete(key)
    },
  }
}

/**
 * Takes a point.
 * @throws ProblemError `rate_limited`
 */
export async function take(limiter: Limiter, key: string): Promise<void> {
  const refusal = await consume(limiter, key)
  if (refusal) throw limited(refusal.msBeforeNext / 1000)
}

async function consume(limiter: Limiter, key: string): Promise<RateLimiterRes | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal
    throw refusal
  }
}

function limited(retryAfterSeconds: number): ProblemError {
  return new ProblemError('rate_limited', { retryAfterSeconds })
}
