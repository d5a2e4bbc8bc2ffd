import { problemResponse, TokenError } from '@countersign/core'
import { HTTPException } from 'hono/http-exception'
import { isUnavailable } from '../database/availability.js'
import { HashQueueFull } from '../identity/hash-queue.js'
import { ProblemError } from './problem-error.js'

/** Seconds after which a client may try again when the database was not there. */
const DATABASE_RETRY_SECONDS = 2

/** The answer to whatever was thrown. Only what we do not understand is a 500, and it says nothing. */
export function answerError(error: unknown): Response {
  if (error instanceof ProblemError) return problemResponse(error.code, error.options)
  if (error instanceof TokenError) return problemResponse(error.publicCode)
  if (error instanceof HashQueueFull) {
    return problemResponse('service_unavailable', { retryAfterSeconds: error.retryAfterSeconds })
  }
  if (error instanceof HTTPException && error.status === 400) {
    return problemResponse('invalid_request', { detail: 'the body is not valid JSON' })
  }
  if (isUnavailable(error)) {
    return problemResponse('service_unavailable', { retryAfterSeconds: DATABASE_RETRY_SECONDS })
  }
  return problemResponse('internal_error')
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
