import { type PlainAnswer, problemAnswer, TokenError } from '@countersign/core'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import { isUnavailable } from '../database/availability.js'
import { HashQueueFull } from '../identity/hash-queue.js'
import { ProblemError } from './problem-error.js'
import { NOT_JSON } from './request-body.js'

/** Seconds after which a client may try again when the database was not there. */
const DATABASE_RETRY_SECONDS = 2

/** The answer to whatever was thrown. */
export function answerError(error: unknown, requestId: string, log: Logger): PlainAnswer {
  const { code, options } = problemOf(error)
  const answer = problemAnswer(code, options)
  logFailure(log, requestId, error, answer)
  return answer
}

/** What was thrown as a problem. Only what we do not understand is a 500, and it says nothing. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof TokenError) return new ProblemError(error.publicCode)
  if (error instanceof HashQueueFull) {
    const { retryAfterSeconds } = error
    return new ProblemError('service_unavailable', { retryAfterSeconds })
  }
  if (error instanceof HTTPException && error.status === 400) {
    return new ProblemError('invalid_request', { detail: NOT_JSON })
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new ProblemError('unsupported_media_type')
  }
  if (isUnavailable(error)) {
    return new ProblemError('service_unavailable', { retryAfterSeconds: DATABASE_RETRY_SECONDS })
  }
  return new ProblemError('internal_error')
}

/** Tells the log what no code of ours meant to answer. */
export function logFailure(
  log: Logger,
  request: string,
  error: unknown,
  answer: { readonly status: number },
): void {
  if (answer.status < 500 || error instanceof ProblemError) return
  log.error({ request, error: describeError(error) }, 'request failed')
}

/** What the log may know of an error: never a message of the database, which can quote values. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  const quoted = severity !== undefined
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(quoted ? {} : { message: error.message, stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
