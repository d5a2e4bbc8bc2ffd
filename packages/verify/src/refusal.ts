/**
 * How a request is refused: the same answer in every framework (RFC 6750, RFC 9457).
 * @module
 */
import { type ErrorCode, type PlainAnswer, problemAnswer, TokenError } from '@countersign/core'
import { VerifierError } from './verifier-error.js'

/** Why a request does not pass. */
export interface Refusal {
  readonly code: ErrorCode
  /** Seconds after which a retry may succeed. */
  readonly retryAfterSeconds?: number
}

/** What the caller is told about an error of the verifier. Any other error is a bug, and thrown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof TokenError) return { code: error.publicCode }
  if (error instanceof VerifierError) {
    return { code: error.code, retryAfterSeconds: error.retryAfterSeconds }
  }
  throw error
}

/**
 * The answer as its parts, for a framework to send. A malformed request is challenged as well,
 * since here it is always about the credentials (RFC 6750 section 3.1).
 */
export function answerOf({ code, retryAfterSeconds }: Refusal): PlainAnswer {
  const answer = problemAnswer(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
  if (code !== 'invalid_request') return answer
  const challenge = { 'WWW-Authenticate': 'Bearer error="invalid_request"' }
  return { ...answer, headers: { ...answer.headers, ...challenge } }
}

/** The answer as a `Response`. */
export function responseOf(refusal: Refusal): Response {
  const { status, headers, body } = answerOf(refusal)
  return new Response(body, { status, headers })
}
