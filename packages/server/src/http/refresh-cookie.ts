import { INSECURE_REFRESH_COOKIE, REFRESH_COOKIE } from '@countersign/core'
import type { HeaderReader } from './call.js'
import { ProblemError } from './problem-error.js'

/** Safari refuses `Secure` cookies of http://localhost; every other browser takes them there. */
const SAFARI = /^(?!.*Chrom(e|ium)).*Safari\//

export interface RefreshCookie {
  readonly name: string
  readonly attributes: string
}

/** Name and attributes of the cookie; both follow the configured origin, not the request. */
export function refreshCookie(origin: string, userAgent: string | undefined): RefreshCookie {
  const plain = origin.startsWith('http:') && SAFARI.test(userAgent ?? '')
  const attributes = 'Path=/; HttpOnly; SameSite=Strict'
  return plain
    ? { name: INSECURE_REFRESH_COOKIE, attributes }
    : { name: REFRESH_COOKIE, attributes: `${attributes}; Secure` }
}

/**
 * The refresh token in a `Cookie` header.
 * @throws ProblemError `invalid_request` if two cookies have the name: one of them was planted
 */
export function readRefreshCookie(
  headers: HeaderReader,
  cookie: RefreshCookie,
): string | undefined {
  const values = (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${cookie.name}=`))
    .map((pair) => pair.slice(cookie.name.length + 1))
  if (values.length > 1) {
    throw new ProblemError('invalid_request', { detail: `two cookies are called ${cookie.name}` })
  }
  return values[0]
}

/** `Set-Cookie` of a token. Without `maxAgeSeconds` it lasts until the browser closes. */
export function writeRefreshCookie(
  cookie: RefreshCookie,
  token: string,
  maxAgeSeconds?: number,
): string {
  const maxAge = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
  return `${cookie.name}=${token}; ${cookie.attributes}${maxAge}`
}

/** `Set-Cookie` that removes the cookie. */
export function clearRefreshCookie(cookie: RefreshCookie): string {
  return writeRefreshCookie(cookie, '', 0)
}
