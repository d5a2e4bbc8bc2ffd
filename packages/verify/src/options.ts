/**
 * Options of a verifier: read once, checked at start-up, then frozen.
 * @module
 */
import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  CLOCK_TOLERANCE_SECONDS,
  currentSeconds,
} from '@countersign/core'
import { readFunction, readInteger, readText, refuseUnknown } from './option-readers.js'
import { quietFetch } from './quiet-fetch.js'
import {
  type RevocationOptions,
  type RevocationSettings,
  readRevocations,
} from './revocation-options.js'
import {
  type AlsoOptions,
  readAlso,
  readTrusted,
  type Trusted,
  type TrustOptions,
} from './trust-options.js'
import { emitProcessWarning, limitWarnings, type WarningListener } from './warnings.js'

/** The part of `fetch` that a verifier needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface VerifierOptions extends TrustOptions {
  /** Issuer of the tokens, compared exactly: `https://auth.example.com/api/auth`. */
  readonly issuer: string
  /** Name of this API, which must be in `aud`. */
  readonly audience: string
  /** Other keys that are trusted as well until a date: for a move from HS256 to EdDSA, or back. */
  readonly also?: AlsoOptions
  /**
   * With `secret`: what `ready` does if the issuer signs with another secret than ours. `warn` by
   * default; `exit` rejects with TypeError, and a program that awaits it at start-up ends.
   */
  readonly onMismatch?: 'warn' | 'exit'
  /** How far `iat` and `nbf` may lie ahead. 5 by default, at most 60. */
  readonly toleranceSeconds?: number
  /** Longest lifetime that is accepted. 900 and the tolerance by default. */
  readonly maxLifetimeSeconds?: number
  /** Current time in seconds. */
  readonly now?: () => number
  /** Verified tokens that are remembered, 10 000 by default; `false` for none. */
  readonly cache?: { readonly maxEntries?: number } | false
  /** Asks the auth server. The feed goes through it as well, and may then keep the process alive. */
  readonly fetch?: Fetch
  /** Refuses what was revoked within a second, instead of accepting it until it expires. */
  readonly revocations?: RevocationOptions
  /** Hears of what an operator should know; by default it becomes a warning of the process. */
  readonly onWarning?: WarningListener
}

/** Options with everything decided. */
export interface Settings {
  readonly issuer: string
  readonly audience: string
  readonly trusted: Trusted
  readonly also: (Trusted & { readonly untilSeconds: number }) | undefined
  readonly onMismatch: 'warn' | 'exit'
  readonly toleranceSeconds: number
  readonly maxLifetimeSeconds: number
  readonly now: () => number
  /** The same clock in milliseconds. */
  readonly nowMs: () => number
  /** 0 for no cache. */
  readonly maxEntries: number
  readonly fetch: Fetch
  /** For answers that may never end. */
  readonly feedFetch: Fetch
  readonly revocations: RevocationSettings | undefined
  readonly warn: WarningListener
}

const DEFAULT_MAX_ENTRIES = 10_000
const NAMES = [
  'issuer',
  'audience',
  'algorithms',
  'jwksUri',
  'jwks',
  'secret',
  'also',
  'onMismatch',
  'toleranceSeconds',
  'maxLifetimeSeconds',
  'now',
  'cache',
  'fetch',
  'revocations',
  'onWarning',
] as const satisfies readonly (keyof VerifierOptions)[]

/** @throws TypeError for an option that is unknown, missing, or makes no sense */
export function readOptions(options: VerifierOptions): Settings {
  refuseUnknown(options, NAMES)
  const clock = readFunction('now', options.now)
  const now = clock ?? currentSeconds
  const listener = readFunction('onWarning', options.onWarning) ?? emitProcessWarning
  const tolerance = readInteger('toleranceSeconds', options.toleranceSeconds, 0, 60)
  const toleranceSeconds = tolerance ?? CLOCK_TOLERANCE_SECONDS
  const maxLifetime = readInteger('maxLifetimeSeconds', options.maxLifetimeSeconds, 1, 86_400)
  const issuer = readText('issuer', options.issuer)
  const fetcher = readFunction('fetch', options.fetch)
  return Object.freeze({
    issuer,
    audience: readText('audience', options.audience),
    trusted: readTrusted(options),
    also: readAlso(options.also),
    onMismatch: readOnMismatch(options),
    toleranceSeconds,
    maxLifetimeSeconds: maxLifetime ?? ACCESS_TOKEN_LIFETIME_SECONDS + toleranceSeconds,
    now,
    nowMs: clock ? () => clock() * 1000 : Date.now,
    maxEntries: readCache(options.cache),
    fetch: fetcher ?? ((url, init) => fetch(url, init)),
    feedFetch: fetcher ?? quietFetch,
    revocations: readRevocations(options.revocations, issuer),
    warn: limitWarnings(listener, now),
  })
}

function readCache(value: VerifierOptions['cache']): number {
  if (value === false) return 0
  if (value === undefined) return DEFAULT_MAX_ENTRIES
  refuseUnknown(value, ['maxEntries'])
  return readInteger('cache.maxEntries', value.maxEntries, 2, 1_000_000) ?? DEFAULT_MAX_ENTRIES
}

function readOnMismatch(options: VerifierOptions): 'warn' | 'exit' {
  const { onMismatch = 'warn', secret } = options
  if (onMismatch !== 'warn' && onMismatch !== 'exit') {
    throw new TypeError('"onMismatch" is neither warn nor exit')
  }
  if (options.onMismatch !== undefined && secret === undefined) {
    throw new TypeError('"onMismatch" needs "secret"')
  }
  return onMismatch
}
