import { type ErrorCode, PROBLEMS, problem } from '@countersign/core'
import type { ServerReply } from '../auth-server.js'
import { asObject, isText } from '../shape.js'
import type { Json, Operation, RestMap } from './options.js'

/** Codes that a backend may say itself; the others are about matters of ours. */
const SPOKEN: ReadonlySet<string> = new Set<ErrorCode>([
  ...(['invalid_request', 'weak_password', 'breached_password', 'invalid_credentials'] as const),
  ...(['email_not_verified', 'account_locked', 'email_taken', 'rate_limited'] as const),
])

/** Asked with the access token. */
const ON_BEHALF: ReadonlySet<Operation> = new Set([
  ...(['me', 'sessions', 'revoke', 'revokeOthers'] as const),
])

/** Errors of RFC 6749 and RFC 9457 bodies that blame the request or the server, not the token. */
const PASSING: ReadonlySet<string> = new Set([
  ...['invalid_request', 'invalid_client', 'unauthorized_client', 'unsupported_grant_type'],
  ...['invalid_scope', 'server_error', 'temporarily_unavailable', 'slow_down'],
  ...['rate_limited', 'service_unavailable', 'internal_error'],
])

/** A refusal in our words. What the backend said stays here. */
export function refusal(operation: Operation, reply: ServerReply, map: RestMap): ServerReply {
  const code = codeOf({ operation, ...reply }, map)
  const { status } = PROBLEMS[code]
  return { status, body: problem(code), retryAfterSeconds: reply.retryAfterSeconds }
}

/**
 * Whether an answer of the refresh path ends the session: JSON that says 400 or 401, and blames
 * neither the form of the request nor the client. Everything else may pass.
 */
export function isEnd({ status, body }: ServerReply, map: RestMap): boolean {
  if (!body || (status !== 400 && status !== 401)) return false
  const told = attempt(() => map.ended?.({ operation: 'refresh', status, body }), false)
  if (told !== undefined) return told
  const isValidation = status === 400 && (Array.isArray(body.message) || Array.isArray(body.errors))
  return !isValidation && !textsOf(body).some((text) => PASSING.has(text))
}

function codeOf(
  refusal: ServerReply & { readonly operation: Operation },
  { errors = {} }: RestMap,
): ErrorCode {
  const { operation, status, body } = refusal
  const texts = textsOf(body)
  const mapped =
    typeof errors === 'function'
      ? attempt(() => errors({ operation, status, body }), undefined)
      : texts.map((text) => (Object.hasOwn(errors, text) ? errors[text] : undefined)).find(Boolean)
  if (mapped && Object.hasOwn(PROBLEMS, mapped)) return mapped
  if (status < 400 || status >= 500) return 'service_unavailable'
  const spoken = texts.find((text) => SPOKEN.has(text))
  return (spoken as ErrorCode | undefined) ?? byStatus(operation, status)
}

function byStatus(operation: Operation, status: number): ErrorCode {
  if (status === 429) return 'rate_limited'
  if (status === 413) return 'payload_too_large'
  if (ON_BEHALF.has(operation)) return status === 401 ? 'invalid_token' : 'service_unavailable'
  if (operation === 'signup' && status === 409) return 'email_taken'
  if (status === 400 || status === 422) return 'invalid_request'
  // An address that is unknown is nobody's business.
  return [401, 403, 404].includes(status) && operation === 'login'
    ? 'invalid_credentials'
    : 'service_unavailable'
}

/** The places where backends put the name of an error. */
function textsOf(body: Json | null): readonly string[] {
  if (!body) return []
  const { code, error, error_code, errorCode, detail, message } = body
  const nested = [asObject(error), asObject(detail), asObject(body.data)].flatMap((place) =>
    place ? [place.code, place.error, place.message] : [],
  )
  return [code, error_code, errorCode, error, detail, message, ...nested].filter(isText)
}

/** What a function of the application throws must not turn a refusal into a crash. */
function attempt<T>(ask: () => T, otherwise: T): T {
  try {
    return ask()
  } catch {
    return otherwise
  }
}
