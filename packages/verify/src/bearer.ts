/**
 * Finds the bearer token of a request (RFC 6750 section 2), and nothing that only looks like one.
 * @module
 */
import type { Refusal } from './refusal.js'

/** What an adapter knows of a request. Cookies play no part. */
export interface RequestFacts {
  /** The `Authorization` fields; several are joined by commas (RFC 9110 section 5.3). */
  readonly authorization: string | undefined
  /** Address or request target. Only its query is looked at. */
  readonly url: string
  /** Whether a parsed form body holds an `access_token`. */
  readonly hasFormToken?: boolean
}

/** A token, a refusal, or neither if there are no credentials. */
export type Bearer = { readonly token: string } | { readonly refusal: Refusal } | undefined

const SCHEME_LENGTH = 'bearer'.length
const IS_BEARER = /^bearer(\s|$)/i
const BEARER_AMONG_OTHERS = /,\s*bearer(\s|$)/i

/**
 * The token in `Authorization: Bearer`. What comes after the scheme is judged by the verifier.
 * A token in the query is refused, because addresses end up in logs (RFC 9700 section 4.3.2), and
 * so are two tokens at once (RFC 6750 section 3.1).
 */
export function readBearer({ authorization, url, hasFormToken }: RequestFacts): Bearer {
  if (hasTokenInQuery(url)) return MALFORMED
  if (!authorization) return undefined
  const isList = authorization.includes(',')
  if (isList && BEARER_AMONG_OTHERS.test(authorization)) return MALFORMED
  if (!IS_BEARER.test(authorization)) return undefined
  if (isList || hasFormToken) return MALFORMED
  const isSpaced = authorization[SCHEME_LENGTH] === ' '
  return isSpaced ? { token: authorization.slice(SCHEME_LENGTH + 1) } : INVALID
}

/** Whether a parsed body, of that content type, is a form with an `access_token`. */
export function hasFormToken(body: unknown, contentType: string | undefined): boolean {
  if (typeof body !== 'object' || body === null || !('access_token' in body)) return false
  return contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') ?? false
}

const INVALID = Object.freeze({ refusal: Object.freeze({ code: 'invalid_token' }) } as const)
const MALFORMED = Object.freeze({ refusal: Object.freeze({ code: 'invalid_request' }) } as const)

/** A name that is not spelt out can only be there with an escape. */
function hasTokenInQuery(url: string): boolean {
  const start = url.indexOf('?')
  if (start === -1) return false
  const query = url.slice(start + 1)
  if (!query.includes('access_token') && !query.includes('%')) return false
  return new URLSearchParams(query).has('access_token')
}
