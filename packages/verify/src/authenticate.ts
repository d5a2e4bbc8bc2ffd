/**
 * What all adapters share: from a request to an identity, or to the reason why it does not pass.
 * @module
 */
import { type Identity, TokenError } from '@countersign/core'
import { atOnce } from './at-once.js'
import { type RequestFacts, readBearer } from './bearer.js'
import { type Refusal, refusalOf } from './refusal.js'
import { readStalePolicy, type StalePolicy } from './revocation-options.js'
import type { Verifier } from './verifier.js'
import { VerifierError } from './verifier-error.js'

/** The part of a verifier that adapters use. */
export type TokenVerifier = Pick<Verifier, 'verify'>

/** Options of `countersign` in every framework. */
export interface CountersignOptions {
  /** Lets requests without credentials pass, without an identity. A bad token is still refused. */
  readonly optional?: true
  /** What to do while the verifier is stale; by default what the verifier was told. */
  readonly whenStale?: StalePolicy
}

/** What became of a request: it passed, anonymously if without an identity, or is refused. */
export type Outcome =
  | { readonly identity: Identity | undefined; readonly refusal?: undefined }
  | { readonly refusal: Refusal }

/** Where an identity comes from. */
interface Origin {
  readonly verifier: TokenVerifier
  readonly token: string
}

/** Beside the identities, which are frozen and often reused; a request need not carry more. */
const origins = new WeakMap<Identity, Origin>()

/** Decides about requests; at once where nothing has to be waited for. */
export type Authenticate = (facts: RequestFacts) => Outcome | Promise<Outcome>

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
  const now = atOnce(verifier.verify)
  const policyNow = whenStale === 'introspect' ? CLOSED : whenStale && Object.freeze({ whenStale })
  const absent: Outcome = optional
    ? Object.freeze({ identity: undefined })
    : Object.freeze({ refusal: Object.freeze({ code: 'missing_token' } as const) })

  function pass(identity: Identity, token: string): Outcome {
    if (origins.get(identity)?.verifier !== verifier) origins.set(identity, { verifier, token })
    return { identity }
  }

  async function wait(token: string): Promise<Outcome> {
    try {
      return pass(await verifier.verify(token, policy), token)
    } catch (error) {
      return { refusal: refusalOf(error) }
    }
  }

  return (facts) => {
    const bearer = readBearer(facts)
    if (!bearer) return absent
    if ('refusal' in bearer) return bearer
    if (!now) return wait(bearer.token)
    try {
      return pass(now(bearer.token, policyNow), bearer.token)
    } catch (error) {
      return mayPassLater(error) ? wait(bearer.token) : { refusal: refusalOf(error) }
    }
  }
}

/** Until somebody was asked, to introspect is to be closed. */
const CLOSED = Object.freeze({ whenStale: 'closed' } as const)

/** Keys may have to be loaded, or the auth server be asked about the token. */
function mayPassLater(error: unknown): boolean {
  if (error instanceof TokenError) return error.code === 'unknown_key'
  return error instanceof VerifierError
}

/** The verifier and the token that an identity comes from, if it came through `countersign`. */
export function originOf(identity: Identity): Origin | undefined {
  return origins.get(identity)
}

function readOptions(verifier: TokenVerifier, options: CountersignOptions): CountersignOptions {
  if (typeof verifier?.verify !== 'function') throw new TypeError('countersign needs a verifier')
  const unknown = Object.keys(options).find((name) => name !== 'optional' && name !== 'whenStale')
  if (unknown !== undefined) throw new TypeError(`unknown option "${unknown}"`)
  if (options.optional !== undefined && options.optional !== true) {
    throw new TypeError('"optional" is true or left out')
  }
  readStalePolicy(options.whenStale)
  return options
}
