/**
 * The one place that maps an error code to HTTP (RFC 9457 bodies, RFC 6750 challenges).
 * @module
 */

interface Mapping {
  readonly status: number
  readonly title: string
}

/** Every public error code with its HTTP status and the title a person can read. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is malformed' },
  weak_password: { status: 400, title: 'The password is too weak' },
  breached_password: { status: 400, title: 'The password is known from a breach' },
  link_invalid: { status: 400, title: 'The link was used, has expired or is not known' },
  invalid_credentials: { status: 401, title: 'E-mail or password is incorrect' },
  invalid_code: { status: 401, title: 'The code is not right' },
  missing_token: { status: 401, title: 'Authentication is required' },
  invalid_token: { status: 401, title: 'The access token is not valid' },
  token_expired: { status: 401, title: 'The access token has expired' },
  invalid_client: { status: 401, title: 'The client could not be authenticated' },
  refresh_invalid: { status: 401, title: 'The refresh token is not valid' },
  refresh_reused: { status: 401, title: 'The refresh token was used before' },
  session_ended: { status: 401, title: 'The session has ended' },
  csrf_rejected: { status: 403, title: 'The request came from an untrusted origin' },
  insufficient_role: { status: 403, title: 'The role does not allow this' },
  insufficient_scope: { status: 403, title: 'The client may not do this' },
  email_not_verified: { status: 403, title: 'The e-mail address is not verified' },
  account_locked: { status: 403, title: 'The account is locked' },
  not_found: { status: 404, title: 'Not found' },
  not_supported: { status: 404, title: 'The backend does not offer this' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  last_admin: { status: 409, title: 'The last administrator has to stay one' },
  own_account: { status: 409, title: 'This cannot be done to your own account' },
  last_sign_in_method: { status: 409, title: 'It is the only way to sign in to this account' },
  email_taken: { status: 409, title: 'The e-mail address is already in use' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong' },
  service_unavailable: { status: 503, title: 'The service is not available right now' },
} as const satisfies Record<string, Mapping>

export type ErrorCode = keyof typeof PROBLEMS

/** Body of an error answer (RFC 9457). `code` is stable; `detail` may change. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail?: string
  readonly [extension: string]: unknown
}

/** Prefix of `type`; the code follows. */
export const PROBLEM_TYPE_PREFIX = 'urn:countersign:error:'

export interface ProblemOptions {
  /** What went wrong, for a developer. Never a secret, never an e-mail address. */
  readonly detail?: string
  /** Seconds after which a retry may succeed; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** Further members of the body, such as `reason` of `session_ended`. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** The body for a code. */
export function problem(code: ErrorCode, options: ProblemOptions = {}): Problem {
  const { status, title } = PROBLEMS[code]
  const detail = options.detail === undefined ? {} : { detail: options.detail }
  return { type: PROBLEM_TYPE_PREFIX + code, title, status, code, ...detail, ...options.extensions }
}

/** An answer as plain data, for where no `Response` is wanted. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The answer for a code with its challenge, `Retry-After` and `no-store`. */
export function problemAnswer(code: ErrorCode, options: ProblemOptions = {}): PlainAnswer {
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  }
  const challenge = bearerChallenge(code)
  if (challenge) headers['WWW-Authenticate'] = challenge
  if (options.retryAfterSeconds !== undefined) {
    headers['Retry-After'] = String(Math.max(1, Math.ceil(options.retryAfterSeconds)))
  }
  const body = problem(code, options)
  return { status: body.status, headers, body: JSON.stringify(body) }
}

/** The same answer as a `Response`. */
export function problemResponse(code: ErrorCode, options: ProblemOptions = {}): Response {
  const { status, headers, body } = problemAnswer(code, options)
  return new Response(body, { status, headers })
}

/** `WWW-Authenticate` of an answer (RFC 6750 section 3), if its code has one. */
export function bearerChallenge(code: ErrorCode): string | undefined {
  switch (code) {
    case 'missing_token':
      return 'Bearer'
    case 'invalid_token':
    case 'token_expired':
      return 'Bearer error="invalid_token"'
    case 'insufficient_role':
      return 'Bearer error="insufficient_scope"'
    case 'invalid_client':
      return 'Basic realm="countersign"'
    default:
      return undefined
  }
}
