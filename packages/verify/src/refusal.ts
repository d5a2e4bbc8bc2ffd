/**
 * How a request is refused: the same answer in every framework (RFC 6750, RFC 9457).
 * @module
 */
import { bearerChallenge, type ErrorCode, PROBLEMS, problem, TokenError } from '@countersign/core'
import { VerifierError } from './verifier-error.js'

/** Why a request does not pass. */
export interface Refusal {
  readonly code: ErrorCode
  /** Seconds after which a retry may succeed. */
  readonly retryAfterSeconds?: number
}

type RefusalStatus = (typeof PROBLEMS)[ErrorCode]['status']

/** An answer, before a framework sends it. */
export interface Answer {
  readonly status: RefusalStatus
  readonly headers: Record<string, string>
  readonly body: string
}

/** What the caller is told about an error of the verifier. Any other error is a bug, and thrown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof TokenError) return { code: error.publicCode }
  if (error instanceof VerifierError) {
    return { code: error.code, retryAfterSeconds: error.retryAfterSeconds }
  }
  throw error
}

/** The answer as its parts. No cache may keep it. */
export function answerOf({ code, retryAfterSeconds }: Refusal): Answer {
  const challenge = challengeOf(code)
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  }
  if (challenge) headers['WWW-Authenticate'] = challenge
  if (retryAfterSeconds !== undefined) {
    headers['Retry-After'] = String(Math.max(1, Math.ceil(retryAfterSeconds)))
  }
  return { status: PROBLEMS[code].status, headers, body: JSON.stringify(problem(code)) }
}

/** The answer as a `Response`. */
export function responseOf(refusal: Refusal): Response {
  const { status, headers, body } = answerOf(refusal)
  return new Response(body, { status, headers })
}

/** A malformed request is told so as well, since here it is always about the credentials. */
function challengeOf(code: ErrorCode): string | undefined {
  return code === 'invalid_request' ? 'Bearer error="invalid_request"' : bearerChallenge(code)
}
