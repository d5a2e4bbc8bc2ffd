import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  ALGORITHMS,
  type Algorithm,
  BASE_PATH,
  CLIENT_SCOPES,
  type ClientScope,
  PUBLIC_CLIENT_ID,
  parseRootSecrets,
} from '@countersign/core'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Database } from './database/database.js'
import { proxyList } from './http/caller.js'
import { LIMIT_STORES, type LimitStoreName } from './http/limit-store.js'
import { isLoopback, originOf, publicOrigin } from './http/origins.js'
import type { RateLimitOptions } from './http/rate-limits.js'
import { type MailOptions, mailSchema, webAddress } from './mail/mail-options.js'
import type { OutgoingAddresses } from './outgoing/outgoing-fetch.js'
import { type SessionPolicy, sessionPolicy } from './sessions/policy.js'
import { type SocialProviderOptions, socialProviders } from './social/provider-options.js'

/** A confidential client that exists from start-up on, such as the server of a web frontend. */
export interface ConfiguredClient {
  readonly id: string
  /** At least 32 bytes; only its hash is stored. */
  readonly secret: string
  /** What it may do beyond its own sessions. Nothing unless given. */
  readonly scopes?: readonly ClientScope[]
}

const SIGN_UP_MODES = ['instant', 'verify_first'] as const
export type SignUpMode = (typeof SIGN_UP_MODES)[number]

export interface ServerOptions {
  /** Public address of this server, such as `https://auth.example.com`. Its origin is trusted. */
  readonly url: string
  /** Root secret, or `2:newest,1:older`. At least 32 bytes each. */
  readonly secret: string
  /** Value of `aud` in access tokens: the APIs that may accept them. */
  readonly audience: string | readonly string[]
  readonly database: Database
  /** `EdDSA` unless given. `HS256` needs `jwtSecret`. */
  readonly algorithm?: Algorithm
  /** Secret shared with the APIs, for HS256 only; several while one replaces another, the new one first. */
  readonly jwtSecret?: string | readonly string[]
  /** Web origins that may call from a browser, exactly as a browser sends them. */
  readonly trustedOrigins?: readonly string[]
  /** Addresses or CIDR ranges whose `X-Forwarded-For` counts. None by default. */
  readonly trustedProxies?: readonly string[]
  readonly clients?: readonly ConfiguredClient[]
  /** A Redis or Valkey that carries revocations between processes, instead of `LISTEN`. */
  readonly redisUrl?: string
  readonly session?: Partial<SessionPolicy>
  /** Lifetime of an access token, in seconds. */
  readonly accessLifetimeSeconds?: number
  /** Fewest characters of a new password: 8 to 15 (NIST SP 800-63B-4 section 3.1.1.2). */
  readonly passwordMinLength?: number
  /**
   * A service that knows breached passwords, asked by five characters of a hash (k-anonymity), such as
   * `https://api.pwnedpasswords.com/range/`. None is asked unless it is given.
   */
  readonly breachedPasswordsUrl?: string
  /** How often what may happen, and in which store that is counted: `memory` unless given. */
  readonly limits?: Partial<RateLimitOptions> & { readonly store?: LimitStoreName }
  /** Who may sign people in, in the order of the buttons. Nobody by default. */
  readonly socialProviders?: readonly SocialProviderOptions[]
  /** Where calls of ours to other servers may go: `public` unless given. */
  readonly outgoingAddresses?: OutgoingAddresses
  /** Days for which the audit log keeps a line: 30 and more, 400 unless given. */
  readonly auditRetentionDays?: number
  /** Address of the web application, to which links in mails lead. Mail needs it. */
  readonly webUrl?: string
  readonly mail?: MailOptions
  /** A page with the mails at `/dev/mail` instead of a mail server. Only on this machine. */
  readonly devMailbox?: boolean
  /**
   * `instant` signs in at once and tells when an address is taken; `verify_first` tells nothing and
   * makes the account when its owner followed the link. The default once there is a mail server.
   */
  readonly signUpMode?: SignUpMode
  /** Until when tokens are let in that are ahead of a database which lost writes. */
  readonly failoverUntil?: Date
  readonly log?: Logger
}

export type ResolvedOptions = ReturnType<typeof resolveOptions>

const AUDIT_RETENTION_DAYS = 400

const text = z.string().min(1)
const seconds = z.number().int().positive()

const client = z.strictObject({
  id: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 printable characters')
    .refine((id) => id !== PUBLIC_CLIENT_ID, 'is taken by callers without a credential'),
  secret: text.min(32),
  scopes: z.array(z.enum(CLIENT_SCOPES)).default([]),
})

const count = z.number().int().positive().exactOptional()
const limits = z.strictObject({
  store: z.enum(LIMIT_STORES).default('memory'),
  loginFailuresPerAccount: count,
  loginFailuresPerIp: count,
  signupsPerIp: count,
  refreshesPerSession: count,
  mailsPerAccount: count,
  mailsPerIp: count,
  checkFailuresPerUser: count,
  socialStartsPerIp: count,
})

const schema = z.strictObject({
  url: text,
  secret: text,
  audience: z.union([text, z.array(text).min(1)]),
  database: z.custom<Database>((value) => typeof value === 'object' && value !== null),
  algorithm: z.enum(ALGORITHMS).default('EdDSA'),
  jwtSecret: z.union([text, z.array(text).min(1)]).optional(),
  trustedOrigins: z.array(text).default([]),
  trustedProxies: z.array(text).default([]),
  clients: z.array(client).default([]),
  redisUrl: z
    .string()
    .regex(/^rediss?:\/\/./, 'must look like redis://host:6379')
    .optional(),
  session: z.custom<Partial<SessionPolicy>>().optional(),
  accessLifetimeSeconds: seconds.max(86_400).default(ACCESS_TOKEN_LIFETIME_SECONDS),
  passwordMinLength: z.number().int().min(8).max(64).default(8),
  breachedPasswordsUrl: z
    .string()
    .regex(/^https?:\/\/[^\s?#]+\/$/, 'must be an address that ends in "/"')
    .optional(),
  limits: limits.default({ store: 'memory' }),
  socialProviders: socialProviders.default([]),
  outgoingAddresses: z.enum(['public', 'any']).default('public'),
  auditRetentionDays: z.number().int().min(30).max(36_500).default(AUDIT_RETENTION_DAYS),
  webUrl: text.optional(),
  mail: mailSchema.optional(),
  devMailbox: z.boolean().default(false),
  signUpMode: z.enum(SIGN_UP_MODES).optional(),
  failoverUntil: z.date().optional(),
  log: z.custom<Logger>().optional(),
})

/**
 * Reads options once, with defaults, frozen.
 * @throws TypeError that names the option and the rule, never a value
 */
export function resolveOptions(options: ServerOptions) {
  const parsed = schema.safeParse(options)
  if (!parsed.success) throw new TypeError(explain(parsed.error))
  const { url, secret, session, algorithm, jwtSecret, ...rest } = parsed.data
  const origin = named('url', () => publicOrigin(url))
  if ((algorithm === 'HS256') !== (jwtSecret !== undefined)) {
    throw new TypeError('"jwtSecret" goes with algorithm "HS256", and only with it')
  }
  if (rest.limits.store === 'redis' && rest.redisUrl === undefined) {
    throw new TypeError('option "limits.store": "redis" needs "redisUrl"')
  }
  return Object.freeze({
    ...rest,
    ...mailRules(rest, new URL(origin).hostname),
    algorithm,
    ...(jwtSecret === undefined ? {} : { jwtSecrets: [jwtSecret].flat() }),
    origin,
    issuer: origin + BASE_PATH,
    secrets: named('secret', () => parseRootSecrets(secret)),
    session: named('session', () => sessionPolicy(session)),
    trustedOrigins: new Set([
      origin,
      ...named('trustedOrigins', () => rest.trustedOrigins.map(originOf)),
    ]),
    proxies: named('trustedProxies', () => proxyList(rest.trustedProxies)),
  })
}

type MailRelated = Pick<z.infer<typeof schema>, 'mail' | 'webUrl' | 'devMailbox' | 'signUpMode'>

/** What holds between the options about mail. */
function mailRules({ mail, webUrl, devMailbox, signUpMode }: MailRelated, hostname: string) {
  const hasServer = mail?.smtpUrl !== undefined
  const sends = hasServer || devMailbox
  if (devMailbox && !isLoopback(hostname)) {
    throw new TypeError('option "devMailbox": shows mails to everybody; only on this machine')
  }
  if (sends && webUrl === undefined) {
    throw new TypeError('option "webUrl": is needed for the links in mails')
  }
  if (signUpMode === 'verify_first' && !sends) {
    throw new TypeError('option "signUpMode": "verify_first" needs mail')
  }
  return {
    webUrl: webUrl === undefined ? undefined : named('webUrl', () => webAddress(webUrl)),
    signUpMode: signUpMode ?? (hasServer ? ('verify_first' as const) : ('instant' as const)),
  }
}

/** Runs a rule whose refusal does not know what it was applied to. */
function named<T>(option: string, rule: () => T): T {
  try {
    return rule()
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`option "${option}": ${error.message}`) : error
  }
}

function explain(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue?.code === 'unrecognized_keys') return `unknown option "${issue.keys.join('", "')}"`
  return `option "${issue?.path.join('.')}": ${issue?.message}`
}
