import { createAuthEndpoint } from 'better-auth/api'
import { answerError } from '../http/answer-error.js'
import type { CacheableAnswer } from '../http/cacheable.js'
import { cacheable } from '../http/cacheable.js'
import { KEY_SET_MAX_AGE_SECONDS } from '../keys/key-times.js'
import type { Engine } from './engine.js'

const METADATA_SECONDS = 300
const WELL_KNOWN = '/.well-known/oauth-authorization-server'

export const JWKS_PATH = '/countersign/jwks'

type Answer = (headers: Headers) => CacheableAnswer

/**
 * What verifiers read before they judge: the key set and the metadata of the issuer (RFC 8414). The
 * metadata belongs between origin and path, where Better Auth is asked only if it is mounted there as
 * well; `wellKnown` answers that.
 */
export function discovery(engine: () => Engine) {
  let keySet: Answer | undefined
  let metadata: Answer | undefined

  const readKeySet = async (headers: Headers): Promise<CacheableAnswer> => {
    const { keys } = await engine().signing()
    keySet ??= cacheable(() => keys.jwks, KEY_SET_MAX_AGE_SECONDS)
    return keySet(headers)
  }
  const readMetadata = async (headers: Headers): Promise<CacheableAnswer> => {
    const { keys } = await engine().signing()
    metadata ??= constant(metadataOf(engine(), keys.verification))
    return metadata(headers)
  }

  /** Better Auth would answer a failure without a body. */
  const respond = async (headers: Headers, read: typeof readKeySet): Promise<Response> => {
    try {
      const { body, ...init } = await read(headers)
      return new Response(body, init)
    } catch (error) {
      const { body, ...init } = answerError(error, 'discovery', engine().log)
      return new Response(body, init)
    }
  }

  return {
    jwks: createAuthEndpoint(
      JWKS_PATH,
      { method: 'GET', requireRequest: true },
      async ({ request }) => respond(request.headers, readKeySet),
    ),
    metadata: createAuthEndpoint(
      WELL_KNOWN,
      { method: 'GET', requireRequest: true },
      async ({ request }) => respond(request.headers, readMetadata),
    ),
    /** The metadata for a request that asks for it where RFC 8414 section 3.1 has it. */
    async wellKnown({ method, url, headers }: Request): Promise<Response | undefined> {
      const { pathname } = new URL(engine().issuer)
      const path = WELL_KNOWN + (pathname === '/' ? '' : pathname)
      if (method !== 'GET' || new URL(url).pathname !== path) return undefined
      return respond(headers, readMetadata)
    },
  }
}

const constant = (document: object): Answer => cacheable(() => document, METADATA_SECONDS)

function metadataOf(
  { issuer, options }: Engine,
  keys: readonly { readonly algorithm: string; readonly kid: string }[],
) {
  const sharedKids = keys.flatMap(({ algorithm, kid }) => (algorithm === 'HS256' ? kid : []))
  return {
    issuer,
    ...(sharedKids.length > 0 ? {} : { jwks_uri: issuer + JWKS_PATH }),
    revocation_feed_uri: `${issuer}/revocations`,
    response_types_supported: ['none'],
    access_token_signing_alg_values_supported: [options.algorithm],
    ...(sharedKids.length > 0 ? { countersign_hs256_kids: sharedKids } : {}),
  }
}
