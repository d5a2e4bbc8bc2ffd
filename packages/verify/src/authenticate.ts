/**
 * What all adapters share: from a request to an identity, or to the reason why it does not pass.
 * @module
 */
import type { Identity } from '@countersign/core'
import { type RequestFacts, readBearer } from './bearer.js'
import { type Refusal, refusalOf } from './refusal.js'

/** What a verifier does while it hears no revocations (`spec/protocol.md`, "Revocation feed"). */
export type StalePolicy = 'open' | 'closed' | 'introspect'

/** The part of a verifier that adapters use. */
export interface TokenVerifier {
  verify(token: string, options?: { readonly whenStale?: StalePolicy }): Promise<Identity>
}

/** Options of `countersign` in every framework. */
export interface CountersignOptions {
  /** Lets requests without credentials pass, without an identity. A bad token is still refused. */
  readonly optional?: true
  /** What to do while the verifier is stale; by default what the verifier was told. */
  readonly whenStale?: StalePolicy
}

/** A request that passed. Anonymous if it has no identity. */
export interface Authentication {
  readonly identity: Identity | undefined
  readonly token: string
  readonly verifier: TokenVerifier
}

/** What became of a request. */
export type Outcome = Authentication | { readonly refusal: Refusal }

/** Decides about requests. */
export type Authenticate = (facts: RequestFacts) => Promise<Outcome>

/**
 * Prepares what decides about requests. Refusals are values; only bugs are thrown.
 * @throws TypeError for options that are unknown or make no sense
 */
export function createAuthenticate(
  verifier: TokenVerifier,
  options: CountersignOptions = {},
): Authenticate {
  const { optional, whenStale } = readOptions(verifier, options)
  const policy = whenStale && Object.freeze({ whenStale })
  const absent: Outcome = optional
    ? Object.freeze({ identity: undefined, token: '', verifier })
    : Object.freeze({ refusal: Object.freeze({ code: 'missing_token' } as const) })

  return async (facts) => {
    const bearer = readBearer(facts)
    if (!bearer) return absent
    if ('refusal' in bearer) return bearer
    try {
      const identity = await verifier.verify(bearer.token, policy)
      return { identity, token: bearer.token, verifier }
    } catch (error) {
      return { refusal: refusalOf(error) }
    }
  }
}

const POLICIES: readonly unknown[] = [undefined, 'open', 'closed', 'introspect']

function readOptions(verifier: TokenVerifier, options: CountersignOptions): CountersignOptions {
  if (typeof verifier?.verify !== 'function') throw new TypeError('countersign needs a verifier')
  const unknown = Object.keys(options).find((name) => name !== 'optional' && name !== 'whenStale')
  if (unknown !== undefined) throw new TypeError(`unknown option "${unknown}"`)
  if (options.optional !== undefined && options.optional !== true) {
    throw new TypeError('"optional" is true or left out')
  }
  if (!POLICIES.includes(options.whenStale)) {
    throw new TypeError('"whenStale" is not open, closed or introspect')
  }
  return options
}
