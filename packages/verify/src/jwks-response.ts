/**
 * One request for a key set, distrustful of what comes back.
 * @module
 */
import { parseJsonObject, type VerificationKey, verificationKeys } from '@countersign/core'
import type { Fetch } from './options.js'
import { assertOk, readBody } from './read-body.js'

const MAX_BYTES = 65_536
const DEFAULT_FRESH_SECONDS = 300
const MIN_FRESH_SECONDS = 30
const MAX_FRESH_SECONDS = 86_400

/** A key set as it was loaded. */
export interface LoadedJwks {
  readonly keys: readonly VerificationKey[]
  readonly body: Buffer
  readonly etag: string | undefined
  /** How long the set need not be asked for again. */
  readonly freshSeconds: number
}

export interface JwksRequest {
  readonly uri: string
  readonly fetch: Fetch
  readonly timeoutSeconds: number
  /** The set that we have. Its `keys` are the very same in the answer if nothing changed. */
  readonly known: LoadedJwks | undefined
}

/** Loads a key set. Redirects, errors, more than 64 KB and any set with a bad key throw. */
export async function requestJwks({ uri, known, ...request }: JwksRequest): Promise<LoadedJwks> {
  const accept = 'application/jwk-set+json, application/json'
  const response = await request.fetch(uri, {
    headers: known?.etag ? { accept, 'if-none-match': known.etag } : { accept },
    redirect: 'error',
    signal: AbortSignal.timeout(request.timeoutSeconds * 1000),
  })
  const freshSeconds = freshSecondsOf(response.headers)
  if (response.status === 304 && known?.etag) return { ...known, freshSeconds }
  await assertOk(response)
  const body = await readBody(response, MAX_BYTES)
  const keys = known?.body.equals(body) ? known.keys : readKeys(body)
  return { keys, body, etag: response.headers.get('etag') ?? undefined, freshSeconds }
}

function readKeys(body: Uint8Array): readonly VerificationKey[] {
  const jwks = parseJsonObject(body)
  if (!jwks) throw new Error('the key set is not a JSON object')
  const keys = verificationKeys(jwks as { keys: unknown[] })
  if (keys.some((key) => key.algorithm === 'HS256')) {
    throw new Error('the key set publishes a shared secret')
  }
  return keys
}

/** What `max-age` leaves of the time that caches on the way have used (RFC 9111 section 4.2). */
function freshSecondsOf(headers: Headers): number {
  const cacheControl = headers.get('cache-control') ?? ''
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return MIN_FRESH_SECONDS
  const maxAge = /\bmax-age="?(\d+)/i.exec(cacheControl)?.[1]
  const age = /^\d+$/.exec(headers.get('age') ?? '')?.[0]
  const seconds = maxAge === undefined ? DEFAULT_FRESH_SECONDS : Number(maxAge) - Number(age ?? 0)
  return Math.min(Math.max(seconds, MIN_FRESH_SECONDS), MAX_FRESH_SECONDS)
}
