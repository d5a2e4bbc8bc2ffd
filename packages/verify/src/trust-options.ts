/**
 * Options that say which keys are trusted: exactly one source, and its algorithms.
 * @module
 */
import { ALGORITHMS, type Algorithm } from '@countersign/core'
import { readAddress, refuseUnknown } from './option-readers.js'

/** Exactly one of `jwksUri`, `jwks` and `secret` says which keys are trusted. */
export interface TrustOptions {
  /** Accepted algorithms; `['HS256']` goes with `secret`, all others with a key set. */
  readonly algorithms: readonly Algorithm[]
  /** Where the key set is. Use https wherever the network is not your own. */
  readonly jwksUri?: string
  /** The key set itself. */
  readonly jwks?: { readonly keys: readonly unknown[] }
  /** The shared secret, at least 32 bytes; several while one replaces another. */
  readonly secret?: string | readonly string[]
}

/** A second way to trust tokens, while a system moves from one to the other. */
export interface AlsoOptions extends TrustOptions {
  /** From then on it is as if the option had never been given. */
  readonly until: Date
}

/** Trust with everything decided. */
export interface Trusted {
  readonly algorithms: readonly Algorithm[]
  readonly trust: Trust
}

export type Trust =
  | { readonly jwksUri: string }
  | { readonly jwks: { readonly keys: readonly unknown[] } }
  | { readonly secrets: readonly string[] }

/** Shared secrets and public keys never meet in one list (RFC 8725 section 2.1). */
export function readTrusted(options: TrustOptions): Trusted {
  const algorithms = readAlgorithms(options.algorithms)
  const { jwksUri, jwks, secret } = options
  if ([jwksUri, jwks, secret].filter((source) => source !== undefined).length !== 1) {
    throw new TypeError('give exactly one of "jwksUri", "jwks" and "secret"')
  }
  if (algorithms.includes('HS256') !== (secret !== undefined)) {
    throw new TypeError('HS256 needs "secret", and "secret" needs HS256')
  }
  if (secret !== undefined) {
    if (algorithms.length > 1) throw new TypeError('HS256 stands alone in "algorithms"')
    const secrets = Array.isArray(secret) ? [...secret] : [secret as string]
    return { algorithms, trust: { secrets: Object.freeze(secrets) } }
  }
  if (jwks !== undefined) return { algorithms, trust: { jwks } }
  return { algorithms, trust: { jwksUri: readAddress('jwksUri', jwksUri) } }
}

/** @throws TypeError for an option that is unknown, missing, or makes no sense */
export function readAlso(
  also: AlsoOptions | undefined,
): (Trusted & { readonly untilSeconds: number }) | undefined {
  if (also === undefined) return undefined
  refuseUnknown(also, ['algorithms', 'jwksUri', 'jwks', 'secret', 'until'])
  const { until } = also
  if (!(until instanceof Date) || Number.isNaN(until.getTime())) {
    throw new TypeError('"also.until" is not a date')
  }
  return { ...readTrusted(also), untilSeconds: until.getTime() / 1000 }
}

function readAlgorithms(value: unknown): readonly Algorithm[] {
  const isList = Array.isArray(value) && value.length > 0
  if (!isList || !value.every((name) => ALGORITHMS.includes(name))) {
    throw new TypeError(`"algorithms" is not a list of ${ALGORITHMS.join(', ')}`)
  }
  return Object.freeze([...value])
}
