import { createHash } from 'node:crypto'
import { addressGroup } from './address-group.js'
import { type FailureLimit, failureLimit, take } from './failure-limit.js'
import { type LimitStore, memoryStore } from './limit-store.js'
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
  /** Mails to one address that somebody asked for, in an hour; links to a new password apart. */
  readonly mailsPerAccount: number
  /** Such mails that one address asked for, in an hour. */
  readonly mailsPerIp: number
  /** Wrong codes, or wrong passwords of somebody who is signed in, of one user in 15 minutes. */
  readonly checkFailuresPerUser: number
  /** Sign-ins at providers that one address began, in 15 minutes. */
  readonly socialStartsPerIp: number
}

export const RATE_LIMITS: RateLimitOptions = {
  loginFailuresPerAccount: 5,
  loginFailuresPerIp: 20,
  signupsPerIp: 10,
  refreshesPerSession: 60,
  mailsPerAccount: 3,
  mailsPerIp: 30,
  checkFailuresPerUser: 5,
  socialStartsPerIp: 60,
}

const QUARTER_HOUR = 900
const HOUR = 3600
const DAY = 86_400

/** A login that was counted before anybody knew how it ends. */
export interface Attempt {
  /**
   * Runs the check of the password. A success forgets the failures of the account; if nothing was
   * decided (no database, no room for a hash), what was taken is given back.
   */
  judge<T>(check: () => Promise<T>): Promise<T>
}

export type RateLimits = ReturnType<typeof createRateLimits>

/**
 * Limits, counted in a store. Every method throws `rate_limited` with `Retry-After`. Refreshes are
 * counted in this process whatever the store: they are too many to ask anybody, and the session
 * itself is one row.
 */
export function createRateLimits(
  given: Partial<RateLimitOptions> = {},
  store: LimitStore = memoryStore(),
) {
  const limits = { ...RATE_LIMITS, ...given }
  const failures = (name: string, points: number, longestSeconds: number) =>
    failureLimit(store, { name, points, seconds: QUARTER_HOUR, longestSeconds })
  const account = failures('account', limits.loginFailuresPerAccount, HOUR)
  const device = failures('device', limits.loginFailuresPerAccount, HOUR)
  const address = failures('address', limits.loginFailuresPerIp, DAY)
  const check = failures('check', limits.checkFailuresPerUser, HOUR)
  const signup = store.limiter('signup', limits.signupsPerIp, HOUR)
  const mailAccount = store.limiter('mail-account', limits.mailsPerAccount, HOUR)
  const resetAccount = store.limiter('reset-account', limits.mailsPerAccount, HOUR)
  const mailAddress = store.limiter('mail-address', limits.mailsPerIp, HOUR)
  const refresh = memoryStore().limiter('refresh', limits.refreshesPerSession, 60)
  const social = store.limiter('social', limits.socialStartsPerIp, QUARTER_HOUR)
  // A client of ours that states no address calls for everybody: one of them must not lock out all.
  const from = (ip: string | undefined): Counter[] =>
    ip === undefined ? [] : [[address, addressGroup(ip)]]

  return {
    /**
     * Takes an attempt before the password is looked at, so that parallel guesses count too. A device
     * that signed in to the account before is counted apart: no stranger locks it out, neither by
     * guessing nor from the same address.
     */
    login(email: string, ip: string | undefined, knownDevice?: string): Promise<Attempt> {
      const key = accountKey(email)
      if (knownDevice !== undefined) return attempt([device, `${key}.${knownDevice}`])
      return attempt([account, key], ...from(ip))
    },
    /** The same for a code of a second factor, or the password of somebody who is signed in. */
    check: (userId: string, ip: string | undefined) => attempt([check, userId], ...from(ip)),
    /** Before a mail to an address that somebody typed, whether or not anybody has it. */
    async mail(email: string, ip: string | undefined): Promise<void> {
      await take(mailAddress, addressGroup(ip))
      await take(mailAccount, accountKey(email))
    },
    /**
     * The same for the link to a new password, counted apart: whoever uses this up has sent links that
     * work, and other mails, of which some are never sent, keep nobody from theirs.
     */
    async resetMail(email: string, ip: string | undefined): Promise<void> {
      await take(mailAddress, addressGroup(ip))
      await take(resetAccount, accountKey(email))
    },
    social: (ip: string | undefined) => take(social, addressGroup(ip)),
    signup: (ip: string | undefined) => take(signup, addressGroup(ip)),
    refresh: (sessionId: string) => take(refresh, sessionId),
  }
}

type Counter = readonly [limit: FailureLimit, key: string]

/** A success forgets the failures of the account, and gives back to the others what it took. */
async function attempt(account: Counter, ...others: readonly Counter[]): Promise<Attempt> {
  const counters = [...others, account]
  for (const [limit, key] of counters) await limit.take(key)
  const giveBack = (some: readonly Counter[]) =>
    Promise.all(some.map(([limit, key]) => limit.giveBack(key)))
  return {
    async judge(check) {
      try {
        const result = await check()
        const [limit, key] = account
        await limit.forget(key)
        await giveBack(others)
        return result
      } catch (error) {
        if (!(error instanceof ProblemError)) await giveBack(counters)
        throw error
      }
    },
  }
}

/** No address stands in the clear where only counting is done. */
function accountKey(email: string): string {
  return createHash('sha256').update(email).digest('base64url')
}
