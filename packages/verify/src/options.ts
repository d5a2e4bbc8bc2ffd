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
import { emitProcessWarning, limitWarnings, type WarningListener } from './warnings.js'

/** The part of `fetch` that loading a key set needs. */
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
  readonly fetch?: Fetch
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
  /** 0 for no cache. */
  readonly maxEntries: number
  readonly fetch: Fetch
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
  'onWarning',
] as const satisfies readonly (keyof VerifierOptions)[]

/** @throws TypeError for an option that is unknown, missing, or makes no sense */
export function readOptions(options: VerifierOptions): Settings {
  refuseUnknown(options, NAMES)
  const now = readFunction('now', options.now) ?? currentSeconds
  const listener = readFunction('onWarning', options.onWarning) ?? emitProcessWarning
  const tolerance = readInteger('toleranceSeconds', options.toleranceSeconds, 0, 60)
  const toleranceSeconds = tolerance ?? CLOCK_TOLERANCE_SECONDS
  const maxLifetime = readInteger('maxLifetimeSeconds', options.maxLifetimeSeconds, 1, 86_400)
  const algorithms = readAlgorithms(options.algorithms)
  return Object.freeze({
    issuer: readText('issuer', options.issuer),
    audience: readText('audience', options.audience),
    algorithms,
    trust: readTrust(options, algorithms),
    toleranceSeconds,
    maxLifetimeSeconds: maxLifetime ?? ACCESS_TOKEN_LIFETIME_SECONDS + toleranceSeconds,
    now,
    maxEntries: readCache(options.cache),
    fetch: readFunction('fetch', options.fetch) ?? ((url, init) => fetch(url, init)),
    warn: limitWarnings(listener, now),
  })
}

function refuseUnknown(options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('options are missing')
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`unknown option "${unknown}"`)
}

function readText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`"${name}" is not a text`)
  return value
}

function readFunction<T>(name: string, value: T | undefined): T | undefined {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(`"${name}" is not a function`)
  }
  return value
}

function readInteger(name: string, value: unknown, min: number, max: number): number | undefined {
  if (value === undefined) return undefined
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw new TypeError(`"${name}" is not an integer from ${min} to ${max}`)
  }
  return value as number
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
  return jwksUri === undefined ? { jwks: jwks as { keys: unknown[] } } : readUri(jwksUri)
}

function readUri(jwksUri: unknown): { readonly jwksUri: string } {
  const url = typeof jwksUri === 'string' && URL.canParse(jwksUri) ? new URL(jwksUri) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new TypeError('"jwksUri" is not a http or https address without credentials')
  }
  return { jwksUri: url.href }
}
