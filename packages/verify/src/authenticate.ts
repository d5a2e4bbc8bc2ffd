/**
 * From a request to an identity, or to the answer that refuses it (RFC 6750).
 * @module
 */
import { type ErrorCode, type Identity, problemResponse, TokenError } from '@countersign/core'
import type { Verifier } from './verifier.js'
import { VerifierError } from './verifier-error.js'

/** RFC 6750 section 2.1: the scheme in any case, one space, one `b64token`. */
const BEARER = /^bearer ([\w\-.~+/]+=*)$/i
const STARTS_AS_BEARER = /^bearer(\s|$)/i
const BEARER_AMONG_OTHERS = /,\s*bearer(\s|$)/i

/**
 * Verifies the bearer token of a request. Only the `Authorization` header counts; a token in the
 * query is refused, because addresses end up in logs (RFC 9700 section 4.3.2).
 * @returns the identity, or the answer: 401 without a code if there is no token, 401 for a bad one,
 * 400 for two or for one in the query, 503 if the keys cannot be loaded
 */
export async function authenticate(
  request: Request,
  verifier: Pick<Verifier, 'verify'>,
): Promise<Identity | Response> {
  const credentials = readBearer(request)
  if ('refusal' in credentials) return problemResponse(credentials.refusal)
  try {
    return await verifier.verify(credentials.token)
  } catch (error) {
    return refusalOf(error)
  }
}

type Credentials = { readonly token: string } | { readonly refusal: ErrorCode }

function readBearer(request: Request): Credentials {
  if (hasTokenInQuery(request.url)) return { refusal: 'invalid_request' }
  const header = request.headers.get('authorization')?.trim() ?? ''
  if (BEARER_AMONG_OTHERS.test(header)) return { refusal: 'invalid_request' }
  if (!STARTS_AS_BEARER.test(header)) return { refusal: 'missing_token' }
  // Header fields of one name are joined by commas.
  if (header.includes(',')) return { refusal: 'invalid_request' }
  const token = BEARER.exec(header)?.[1]
  return token === undefined ? { refusal: 'invalid_token' } : { token }
}

function hasTokenInQuery(url: string): boolean {
  const start = url.indexOf('?')
  return start !== -1 && new URLSearchParams(url.slice(start + 1)).has('access_token')
}

/** What the caller is told. A bug is not hidden behind a refusal. */
function refusalOf(error: unknown): Response {
  if (error instanceof TokenError) return problemResponse(error.publicCode)
  if (error instanceof VerifierError) {
    return problemResponse(error.code, { retryAfterSeconds: error.retryAfterSeconds })
  }
  throw error
}
