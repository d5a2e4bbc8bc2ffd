/**
 * Options of a verifier: read once, checked at start-up, then frozen.
 * @module
 */
import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  ALGORITHMS,
  type Algorithm,
  CLOCK_TOLERANCE_SECONDS,
  currentSeconds,
} from '@countersign/core'
import {
  readAddress,
  readFunction,
  readInteger,
  readText,
  refuseUnknown,
} from './option-readers.js'
import { quietFetch } from './quiet-fetch.js'
import {
  type RevocationOptions,
  type RevocationSettings,
  readRevocations,
} from './revocation-options.js'
import { emitProcessWarning, limitWarnings, type WarningListener } from './warnings.js'

/** The part of `fetch` that a verifier needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Exactly one of `jwksUri`, `jwks` and `secret` says which keys are trusted. */
export interface VerifierOptions {
  /** Issuer of the tokens, compared exactly: `https://auth.example.com/api/auth`. */
  readonly issuer: string
  /** Name of this API, which must be in `aud`. */
  readonly audience: string
  /** Accepted algorithms; `['HS256']` goes with `secret`, all others with a key set. */
  readonly algorithms: readonly Algorithm[]
  /** Where the key set is. Use https wherever the network is not your own. */
  readonly jwksUri?: string
  /** The key set itself. */
  readonly jwks?: { readonly keys: readonly unknown[] }
  /** The shared secret, at least 32 bytes; several while one replaces another. */
  readonly secret?: string | readonly string[]
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
  readonly algorithms: readonly Algorithm[]
  readonly trust: Trust
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

export type Trust =
  | { readonly jwksUri: string }
  | { readonly jwks: { readonly keys: readonly unknown[] } }
  | { readonly secrets: readonly string[] }

const DEFAULT_MAX_ENTRIES = 10_000
const NAMES = [
  'issuer',
  'audience',
  'algorithms',
  'jwksUri',
  'jwks',
  'secret',
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
  const algorithms = readAlgorithms(options.algorithms)
  const issuer = readText('issuer', options.issuer)
  const fetcher = readFunction('fetch', options.fetch)
  return Object.freeze({
    issuer,
    audience: readText('audience', options.audience),
    algorithms,
    trust: readTrust(options, algorithms),
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

function readAlgorithms(value: unknown): readonly Algorithm[] {
  const isList = Array.isArray(value) && value.length > 0
  if (!isList || !value.every((name) => ALGORITHMS.includes(name))) {
    throw new TypeError(`"algorithms" is not a list of ${ALGORITHMS.join(', ')}`)
  }
  return Object.freeze([...value])
}

function readCache(value: VerifierOptions['cache']): number {
  if (value === false) return 0
  if (value === undefined) return DEFAULT_MAX_ENTRIES
  refuseUnknown(value, ['maxEntries'])
  return readInteger('cache.maxEntries', value.maxEntries, 2, 1_000_000) ?? DEFAULT_MAX_ENTRIES
}

/** Shared secrets and public keys never meet in one verifier (RFC 8725 section 2.1). */
function readTrust(options: VerifierOptions, algorithms: readonly Algorithm[]): Trust {
  const { jwksUri, jwks, secret } = options
  if ([jwksUri, jwks, secret].filter((source) => source !== undefined).length !== 1) {
    throw new TypeError('give exactly one of "jwksUri", "jwks" and "secret"')
  }
  if (algorithms.includes('HS256') !== (secret !== undefined)) {
    throw new TypeError('HS256 needs "secret", and "secret" needs HS256')
  }
  if (secret !== undefined) {
    if (algorithms.length > 1) throw new TypeError('HS256 stands alone in "algorithms"')
    return { secrets: Object.freeze(Array.isArray(secret) ? [...secret] : [secret as string]) }
  }
  if (jwks !== undefined) return { jwks }
  return { jwksUri: readAddress('jwksUri', jwksUri) }
}
