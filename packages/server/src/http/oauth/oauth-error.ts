import { bearerChallenge, type ErrorCode, PROBLEMS } from '@countersign/core'
import type { ProblemError } from '../problem-error.js'

/** Codes of RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1 and RFC 7009 section 2.2.1. */
const STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  unsupported_token_type: 400,
  insufficient_scope: 403,
  temporarily_unavailable: 503,
  server_error: 500,
} as const

export type OAuthErrorCode = keyof typeof STATUS

interface OAuthErrorOptions {
  /** For a developer. Never a secret, never what the request held. */
  readonly description?: string | undefined
  /** Where HTTP has a status of its own for it, such as 413. */
  readonly status?: number
  readonly retryAfterSeconds?: number | undefined
  /** Why a session ended. */
  readonly reason?: unknown
  /** Further members of the answer. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/** A refusal of an OAuth endpoint, thrown from wherever it is known. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly options: OAuthErrorOptions

  constructor(code: OAuthErrorCode, options: OAuthErrorOptions = {}) {
    super(options.description ?? code)
    this.code = code
    this.options = options
  }
}

/** Our codes in the words of RFC 6749; whatever is not named here is our own failure. */
const BY_PROBLEM: Partial<Record<ErrorCode, OAuthErrorCode>> = {
  invalid_request: 'invalid_request',
  csrf_rejected: 'invalid_request',
  payload_too_large: 'invalid_request',
  invalid_client: 'invalid_client',
  refresh_invalid: 'invalid_grant',
  refresh_reused: 'invalid_grant',
  session_ended: 'invalid_grant',
  rate_limited: 'temporarily_unavailable',
  service_unavailable: 'temporarily_unavailable',
}

/** Problems whose status says more than the code that RFC 6749 has for them. */
const OWN_STATUS: ReadonlySet<ErrorCode> = new Set([
  'csrf_rejected',
  'payload_too_large',
  'rate_limited',
])

/** The refusal that a problem of the JSON API amounts to. */
export function oauthErrorOf({ code, options }: ProblemError): OAuthError {
  const { status, title } = PROBLEMS[code]
  return new OAuthError(BY_PROBLEM[code] ?? 'server_error', {
    description: options.detail ?? title,
    retryAfterSeconds: options.retryAfterSeconds,
    reason: options.extensions?.reason,
    ...(OWN_STATUS.has(code) ? { status } : {}),
  })
}

/** The answer of RFC 6749 section 5.2, with its challenge, `Retry-After` and `no-store`. */
export function oauthErrorResponse({ code, options }: OAuthError): Response {
  const { description, retryAfterSeconds, reason, extensions, status = STATUS[code] } = options
  const headers = new Headers({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  const challenge = code === 'invalid_client' ? bearerChallenge('invalid_client') : undefined
  if (challenge) headers.set('WWW-Authenticate', challenge)
  if (retryAfterSeconds !== undefined) {
    headers.set('Retry-After', String(Math.max(1, Math.ceil(retryAfterSeconds))))
  }
  const body = { error: code, error_description: printable(description), reason, ...extensions }
  return new Response(JSON.stringify(body), { status, headers })
}

/** The characters of RFC 6749 appendix A.8, which has no quotation mark. */
function printable(description: string | undefined): string | undefined {
  return description?.replaceAll('"', "'").replace(/[^\x20-\x5b\x5d-\x7e]/g, '')
}
