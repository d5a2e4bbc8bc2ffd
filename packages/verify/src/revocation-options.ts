/**
 * The option `revocations`: where a verifier hears of revocations, and what it does when it does not.
 * @module
 */
import { basicAuthorization } from '@countersign/core'
import { readAddress, readText, refuseUnknown } from './option-readers.js'

const STALE_POLICIES = ['open', 'closed', 'introspect'] as const

/**
 * What a verifier does with a valid token while its feed is stale.
 *
 * - `open`: accepts it until it expires
 * - `closed`: throws VerifierError `service_unavailable`
 * - `introspect`: asks the auth server about it, and throws the same if there is no answer
 */
export type StalePolicy = (typeof STALE_POLICIES)[number]

/** A client of the auth server with the scopes `revocations:read` and `tokens:introspect`. */
export interface RevocationOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** Where the feed is; `{issuer}/revocations` by default. */
  readonly url?: string
  /** Where tokens are introspected; `{issuer}/introspect` by default. */
  readonly introspectionUrl?: string
  /** `open` by default; a call may ask for another. */
  readonly whenStale?: StalePolicy
  /** `stream` by default, with long polls where a stream does not get through; `poll` for these alone. */
  readonly transport?: 'stream' | 'poll'
}

/** Options with everything decided. */
export interface RevocationSettings {
  readonly url: string
  readonly introspectionUrl: string
  readonly authorization: string
  readonly whenStale: StalePolicy
  readonly transport: 'stream' | 'poll'
}

const NAMES = [
  'clientId',
  'clientSecret',
  'url',
  'introspectionUrl',
  'whenStale',
  'transport',
] as const satisfies readonly (keyof RevocationOptions)[]

/** @throws TypeError for an option that is unknown, missing, or makes no sense */
export function readRevocations(
  options: RevocationOptions | undefined,
  issuer: string,
): RevocationSettings | undefined {
  if (options === undefined) return undefined
  refuseUnknown(options, NAMES)
  const { url = `${issuer}/revocations`, introspectionUrl = `${issuer}/introspect` } = options
  const { transport = 'stream' } = options
  if (transport !== 'stream' && transport !== 'poll') {
    throw new TypeError('"revocations.transport" is neither stream nor poll')
  }
  return Object.freeze({
    url: readAddress('revocations.url', url),
    introspectionUrl: readAddress('revocations.introspectionUrl', introspectionUrl),
    authorization: basicAuthorization(
      readText('revocations.clientId', options.clientId),
      readText('revocations.clientSecret', options.clientSecret),
    ),
    whenStale: readStalePolicy(options.whenStale) ?? 'open',
    transport,
  })
}

/** @throws TypeError for a text that is no policy */
export function readStalePolicy(value: unknown): StalePolicy | undefined {
  if (value === undefined) return undefined
  const policy = STALE_POLICIES.find((known) => known === value)
  if (!policy) throw new TypeError(`"whenStale" is not one of ${STALE_POLICIES.join(', ')}`)
  return policy
}
