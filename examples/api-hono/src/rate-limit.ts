import { problemResponse } from '@countersign/core'
import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Signed } from './signed.js'

const MINUTE = 60

/**
 * Answers 429 with `Retry-After` to a user who asks more often than `perMinute`; the others go on.
 * Counts in this process: several behind a balancer need the Redis or PostgreSQL limiter of the
 * same library.
 */
export function limitRate(perMinute: number): MiddlewareHandler<Signed> {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: MINUTE })
  return async (c, next) => {
    try {
      await limiter.consume(c.get('identity').userId)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      const retryAfterSeconds = refusal.msBeforeNext / 1000
      return problemResponse('rate_limited', { retryAfterSeconds })
    }
    await next()
  }
}
