import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  ALGORITHMS,
  type Algorithm,
  hmacKey,
  parseRootSecrets,
} from '@countersign/core'
import { clientsFromEnvironment } from './clients/configured-clients.js'
import type { Database } from './database/database.js'
import { openEmbedded } from './database/embedded.js'
import { openPostgres } from './database/postgres.js'
import { proxyList } from './http/caller.js'
import { LIMIT_STORES, type LimitStoreName } from './http/limit-store.js'
import { originOf, publicOrigin } from './http/origins.js'
import { RATE_LIMITS } from './http/rate-limits.js'
import { mailFromEnvironment } from './mail/mail-environment.js'
import type { ServerOptions } from './options.js'
import { type SessionPolicy, sessionPolicy } from './sessions/policy.js'
import { socialFromEnvironment } from './social/social-environment.js'

/** Variables of one process; `process.env` or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where the server listens. */
export interface ListenOptions {
  readonly port: number
  /** Every address of this machine unless given. */
  readonly host?: string
}

const SESSION_VARIABLES = {
  COUNTERSIGN_IDLE_SECONDS: 'idleSeconds',
  COUNTERSIGN_ABSOLUTE_SECONDS: 'absoluteSeconds',
  COUNTERSIGN_GRACE_SECONDS: 'graceSeconds',
  COUNTERSIGN_COALESCE_SECONDS: 'coalesceSeconds',
  COUNTERSIGN_RECOVERY_SECONDS: 'recoverySeconds',
} as const satisfies Record<string, keyof SessionPolicy>

/**
 * Options of the server out of `COUNTERSIGN_*` variables (`docs/environment.md`).
 * @throws TypeError that names the variable and the rule, never the value
 */
export function optionsFromEnvironment(env: Environment): Omit<ServerOptions, 'database' | 'log'> {
  const accessSeconds = readAccessSeconds(env)
  const algorithm = readAlgorithm(env)
  const jwtSecret = algorithm === 'HS256' ? readJwtSecret(env) : undefined
  const redisUrl = readRedisUrl(env)
  const { COUNTERSIGN_BREACHED_PASSWORDS_URL: breachedPasswordsUrl } = env
  const failoverUntil = readInstant(env, 'COUNTERSIGN_FAILOVER_UNTIL')
  const auditRetentionDays = readAuditDays(env)
  return {
    url: obey('COUNTERSIGN_URL', required(env, 'COUNTERSIGN_URL'), publicOrigin),
    secret: obey('COUNTERSIGN_SECRET', requiredSecret(env, 'COUNTERSIGN_SECRET'), parseRootSecrets),
    audience: required(env, 'COUNTERSIGN_AUDIENCE'),
    trustedOrigins: obey(
      'COUNTERSIGN_TRUSTED_ORIGINS',
      readList(env.COUNTERSIGN_TRUSTED_ORIGINS),
      (origins) => origins.map(originOf),
    ),
    trustedProxies: obey(
      'COUNTERSIGN_TRUSTED_PROXIES',
      readList(env.COUNTERSIGN_TRUSTED_PROXIES),
      proxyList,
    ),
    clients: clientsFromEnvironment(env),
    session: readSession(env),
    limits: readLimits(env),
    ...mailFromEnvironment(env),
    ...(breachedPasswordsUrl ? { breachedPasswordsUrl } : {}),
    ...socialFromEnvironment(env),
    ...(algorithm ? { algorithm } : {}),
    ...(jwtSecret === undefined ? {} : { jwtSecret }),
    ...(accessSeconds === undefined ? {} : { accessLifetimeSeconds: accessSeconds }),
    ...(redisUrl ? { redisUrl } : {}),
    ...(failoverUntil ? { failoverUntil } : {}),
    ...(auditRetentionDays === undefined ? {} : { auditRetentionDays }),
  }
}

/** What a new signing key depends on. */
export function keyOptionsFromEnvironment(env: Environment) {
  const name = 'COUNTERSIGN_SECRET'
  return {
    algorithm: readAlgorithm(env) ?? ALGORITHMS[0],
    secrets: parseRootSecrets(obey(name, requiredSecret(env, name), parseRootSecrets)),
    accessLifetimeSeconds: accessLifetimeFromEnvironment(env),
  }
}

/** Lifetime of an access token, in seconds. */
export function accessLifetimeFromEnvironment(env: Environment): number {
  return readAccessSeconds(env) ?? ACCESS_TOKEN_LIFETIME_SECONDS
}

/** The database that `DATABASE_URL`, with `DIRECT_URL`, or `COUNTERSIGN_DATA_DIR` names. */
export function databaseFromEnvironment(
  env: Environment,
  onIdleError?: (error: Error) => void,
): Promise<Database> {
  const url = readPostgresUrl(env, 'DATABASE_URL')
  if (!url) return openEmbedded({ dataDir: required(env, 'COUNTERSIGN_DATA_DIR') })
  const directUrl = readPostgresUrl(env, 'DIRECT_URL')
  const options = { url, ...(directUrl ? { directUrl } : {}) }
  return Promise.resolve(openPostgres({ ...options, ...(onIdleError ? { onIdleError } : {}) }))
}

function readPostgresUrl(env: Environment, name: string): string | undefined {
  const url = env[name]
  if (url && !(URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol))) {
    throw new TypeError(`${name} must look like postgres://user:password@host/database`)
  }
  return url || undefined
}

/** The Redis that `COUNTERSIGN_REDIS_URL`, else `REDIS_URL`, names. */
export function readRedisUrl(env: Environment): string | undefined {
  const name = env.COUNTERSIGN_REDIS_URL ? 'COUNTERSIGN_REDIS_URL' : 'REDIS_URL'
  const url = env[name] || undefined
  if (url && !/^rediss?:\/\/./.test(url)) {
    throw new TypeError(`${name} must look like redis://host:6379`)
  }
  return url
}

/** Port and host: `COUNTERSIGN_PORT` (4400) and `COUNTERSIGN_HOST` (all addresses of this machine). */
export function listenFromEnvironment(env: Environment): ListenOptions {
  const text = env.COUNTERSIGN_PORT || '4400'
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new TypeError('COUNTERSIGN_PORT must be a port number')
  }
  const host = env.COUNTERSIGN_HOST
  return { port: Number(text), ...(host ? { host } : {}) }
}

/** Applies a rule of the options, so that its refusal names the variable that was set. */
function obey<T>(variable: string, value: T, rule: (value: T) => unknown): T {
  try {
    rule(value)
    return value
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`${variable}: ${error.message}`) : error
  }
}

function required(env: Environment, name: string): string {
  const value = env[name]?.trim()
  if (!value) throw new TypeError(`${name} is not set`)
  return value
}

function requiredSecret(env: Environment, name: string): string {
  const value = env[name]?.trim()
  if (!value) throw new TypeError(`${name} is not set; "countersign secret" makes one`)
  return value
}

function readList(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function readAlgorithm(env: Environment): Algorithm | undefined {
  const name = env.COUNTERSIGN_ALGORITHM
  if (!name) return undefined
  const algorithm = ALGORITHMS.find((known) => known === name)
  if (!algorithm)
    throw new TypeError(`COUNTERSIGN_ALGORITHM must be one of ${ALGORITHMS.join(', ')}`)
  return algorithm
}

function readSeconds(env: Environment, name: string): number | undefined {
  const text = env[name]
  if (!text) return undefined
  const seconds = Number(text)
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new TypeError(`${name} must be a number of seconds`)
  }
  return seconds
}

/** Lifetimes are whole, and nothing lives for no time at all. */
function readWholeSeconds(env: Environment, name: string, most = Infinity): number | undefined {
  const seconds = readSeconds(env, name)
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 1 && seconds <= most)) {
    return seconds
  }
  const range = most === Infinity ? 'at least 1' : `from 1 to ${most}`
  throw new TypeError(`${name} must be a whole number of seconds, ${range}`)
}

function readAccessSeconds(env: Environment): number | undefined {
  return readWholeSeconds(env, 'COUNTERSIGN_ACCESS_SECONDS', 86_400)
}

/** The secret that signs, and the one that it replaces. They are never split: every byte counts. */
function readJwtSecret(env: Environment): string | readonly string[] {
  const name = env.COUNTERSIGN_JWT_SECRET ? 'COUNTERSIGN_JWT_SECRET' : 'JWT_SECRET'
  const secret = env[name]
  if (!secret) throw new TypeError('COUNTERSIGN_JWT_SECRET is not set, which HS256 needs')
  obey(name, secret, hmacKey)
  const previous = env.COUNTERSIGN_JWT_SECRET_PREVIOUS
  if (!previous || previous === secret) return secret
  return [secret, obey('COUNTERSIGN_JWT_SECRET_PREVIOUS', previous, hmacKey)]
}

/** A line of the audit log is never deleted sooner: migration 0009 sees to that. */
function readAuditDays(env: Environment): number | undefined {
  const text = env.COUNTERSIGN_AUDIT_DAYS
  if (!text) return undefined
  const days = Number(text)
  if (!Number.isInteger(days) || days < 30 || days > 36_500) {
    throw new TypeError('COUNTERSIGN_AUDIT_DAYS must be a whole number of days from 30 to 36500')
  }
  return days
}

function readInstant(env: Environment, name: string): Date | undefined {
  const text = env[name]
  if (!text) return undefined
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime())) {
    throw new TypeError(`${name} must be an instant like 2030-01-31T12:00:00Z`)
  }
  return instant
}

function readSession(env: Environment): Partial<SessionPolicy> {
  const entries = Object.entries(SESSION_VARIABLES).flatMap(([name, option]) => {
    const isLifetime = option === 'idleSeconds' || option === 'absoluteSeconds'
    const seconds = isLifetime ? readWholeSeconds(env, name) : readSeconds(env, name)
    return seconds === undefined ? [] : [[option, seconds] as const]
  })
  const policy: Partial<SessionPolicy> = Object.fromEntries(entries)
  return obey('COUNTERSIGN_GRACE_SECONDS, COUNTERSIGN_COALESCE_SECONDS', policy, sessionPolicy)
}

function readLimitStore(env: Environment): LimitStoreName | undefined {
  const name = env.COUNTERSIGN_LIMITS_STORE
  if (!name) return undefined
  const store = LIMIT_STORES.find((known) => known === name)
  if (!store)
    throw new TypeError(`COUNTERSIGN_LIMITS_STORE must be one of ${LIMIT_STORES.join(', ')}`)
  if (store === 'redis' && !readRedisUrl(env)) {
    throw new TypeError('COUNTERSIGN_LIMITS_STORE: redis needs COUNTERSIGN_REDIS_URL')
  }
  return store
}

/** `COUNTERSIGN_LIMITS` as `signupsPerIp=100,refreshesPerSession=600`. */
function readLimits(env: Environment): NonNullable<ServerOptions['limits']> {
  const store = readLimitStore(env)
  const entries = readList(env.COUNTERSIGN_LIMITS).map((item) => {
    const [, name = '', value] = /^(\w+)=(\d+)$/.exec(item) ?? []
    const points = Number(value)
    if (!Object.hasOwn(RATE_LIMITS, name) || !Number.isSafeInteger(points) || points < 1) {
      const names = Object.keys(RATE_LIMITS).join(', ')
      throw new TypeError(`COUNTERSIGN_LIMITS takes whole numbers for ${names}`)
    }
    return [name, points] as const
  })
  return { ...Object.fromEntries(entries), ...(store ? { store } : {}) }
}
