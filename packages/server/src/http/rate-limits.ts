import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { ProblemError } from './problem-error.js'

/** How often what may happen. */
export interface RateLimitOptions {
  /** Failed logins of one account in 15 minutes. */
  readonly loginFailuresPerAccount: number
  /** Failed logins from one address in 15 minutes. */
  readonly loginFailuresPerIp: number
  /** Sign-ups from one address in an hour. */
  readonly signupsPerIp: number
  /** Refreshes of one session in a minute. */
  readonly refreshesPerSession: number
  /** Mails to one address that somebody asked for without a session, in an hour. */
  readonly mailsPerAccount: number
  /** Such mails that one address asked for, in an hour. */
  readonly mailsPerIp: number
  /** Wrong codes, or wrong passwords of somebody who is signed in, of one user in 15 minutes. */
  readonly checkFailuresPerUser: number
}

export const RATE_LIMITS: RateLimitOptions = {
  loginFailuresPerAccount: 5,
  loginFailuresPerIp: 20,
  signupsPerIp: 10,
  refreshesPerSession: 60,
  mailsPerAccount: 3,
  mailsPerIp: 30,
  checkFailuresPerUser: 5,
}

const QUARTER_HOUR = 900
const HOUR = 3600

/** A login that was counted before anybody knew how it ends. */
export interface Attempt {
  /**
   * Runs the check of the password. A success forgets the failures of the account; if nothing was
   * decided (no database, no room for a hash), what was taken is given back.
   */
  judge<T>(check: () => Promise<T>): Promise<T>
}

export type RateLimits = ReturnType<typeof createRateLimits>

/** Limits of this process, in memory. Every method throws `rate_limited` with `Retry-After`. */
export function createRateLimits(given: Partial<RateLimitOptions> = {}) {
  const limits = { ...RATE_LIMITS, ...given }
  const limiter = (points: number, duration: number) => new RateLimiterMemory({ points, duration })
  const account = limiter(limits.loginFailuresPerAccount, QUARTER_HOUR)
  const address = limiter(limits.loginFailuresPerIp, QUARTER_HOUR)
  const signup = limiter(limits.signupsPerIp, HOUR)
  const refresh = limiter(limits.refreshesPerSession, 60)
  const mailAccount = limiter(limits.mailsPerAccount, HOUR)
  const mailAddress = limiter(limits.mailsPerIp, HOUR)
  const check = limiter(limits.checkFailuresPerUser, QUARTER_HOUR)

  return {
    /** Takes an attempt before the password is looked at, so that parallel guesses count too. */
    login: (email: string, ip: string | undefined) =>
      attempt([address, addressGroup(ip)], [account, accountKey(email)]),
    /** The same for a code of a second factor, or the password of somebody who is signed in. */
    check: (userId: string, ip: string | undefined) =>
      attempt([address, addressGroup(ip)], [check, userId]),
    /** Before a mail to an address that somebody typed, whether or not anybody has it. */
    async mail(email: string, ip: string | undefined): Promise<void> {
      await take(mailAddress, addressGroup(ip))
      await take(mailAccount, accountKey(email))
    },
    signup: (ip: string | undefined) => take(signup, addressGroup(ip)),
    refresh: (sessionId: string) => take(refresh, sessionId),
  }
}

type Counter = readonly [limiter: RateLimiterMemory, key: string]

async function attempt(address: Counter, account: Counter): Promise<Attempt> {
  await take(...address)
  await take(...account)
  return {
    async judge(check) {
      try {
        const result = await check()
        await account[0].delete(account[1])
        await reward(address)
        return result
      } catch (error) {
        if (!(error instanceof ProblemError)) await Promise.all([reward(account), reward(address)])
        throw error
      }
    },
  }
}

const reward = ([limiter, key]: Counter) => limiter.reward(key)

/** No address stands in the clear where only counting is done. */
function accountKey(email: string): string {
  return createHash('sha256').update(email).digest('base64url')
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    throw new ProblemError('rate_limited', { retryAfterSeconds: refusal.msBeforeNext / 1000 })
  }
}

/** One household has a /64 of IPv6, and must not have 2^64 attempts. */
export function addressGroup(ip: string | undefined): string {
  if (ip === undefined) return 'unknown'
  if (!isIPv6(ip)) return ip
  const [head = '', tail] = ip.toLowerCase().split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
