import { REFRESH_TOKEN_PREFIX } from '@countersign/core'
import type { HeaderReader } from './call.js'
import { ProblemError } from './problem-error.js'

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i
/** VSCHAR of RFC 6749 appendix A. */
const PRINTABLE = /^[\x20-\x7e]+$/

export interface ClientCredentials {
  readonly id: string
  readonly secret: string
}

/**
 * The bearer token of a request (RFC 6750 section 2.1).
 * @throws ProblemError `missing_token` without the header, `invalid_token` for another scheme or form
 */
export function bearerToken(headers: HeaderReader): string {
  const header = headers.get('authorization')
  if (header === null) throw new ProblemError('missing_token')
  const token = BEARER.exec(header)?.[1]
  if (token === undefined) throw new ProblemError('invalid_token')
  return token
}

/**
 * `client_secret_basic` of RFC 6749 section 2.3.1, if the request has it.
 * @throws ProblemError `invalid_client` for a malformed one, `invalid_request` for another scheme
 */
export function clientCredentials(headers: HeaderReader): ClientCredentials | undefined {
  const header = headers.get('authorization')
  if (header === null) return undefined
  const encoded = BASIC.exec(header)?.[1]
  if (encoded === undefined) {
    throw new ProblemError('invalid_request', {
      detail: 'only Basic client authentication is taken',
    })
  }
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const id = formDecode(decoded.slice(0, colon))
  const secret = formDecode(decoded.slice(colon + 1))
  if (colon < 1 || !id || !isClientId(id) || !secret) throw new ProblemError('invalid_client')
  return { id, secret }
}

/** Whether a text can be the id of a client (RFC 6749 appendix A.1). */
export function isClientId(text: string): boolean {
  return PRINTABLE.test(text)
}

/** Whether a bearer token is a refresh token, by its prefix. */
export function looksLikeRefreshToken(token: string): boolean {
  return token.startsWith(REFRESH_TOKEN_PREFIX)
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
