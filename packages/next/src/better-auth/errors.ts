import { APIError } from 'better-auth/api'
import { parseObject } from '../shape.js'

const code = <Code extends string>(name: Code, message: string) => ({ code: name, message })

/** Codes beside those of Better Auth that its client may be answered. */
export const ERROR_CODES = {
  WEAK_PASSWORD: code('WEAK_PASSWORD', 'The password is too weak'),
  PASSWORD_COMPROMISED: code('PASSWORD_COMPROMISED', 'The password is known from a breach'),
  ACCOUNT_LOCKED: code('ACCOUNT_LOCKED', 'The account is locked'),
  RATE_LIMITED: code('RATE_LIMITED', 'Too many requests'),
  SERVICE_UNAVAILABLE: code('SERVICE_UNAVAILABLE', 'The service is not available right now'),
} as const

/** Codes of the auth server for which Better Auth has a code, and sometimes a status, of its own. */
const TRANSLATED: Readonly<Record<string, { code: string; message: string; status?: number }>> = {
  invalid_credentials: code('INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password'),
  email_taken: {
    ...code('USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL', 'User already exists. Use another email.'),
    status: 422,
  },
  email_not_verified: code('EMAIL_NOT_VERIFIED', 'Email not verified'),
  breached_password: ERROR_CODES.PASSWORD_COMPROMISED,
}

/**
 * A problem answer in the shape of Better Auth's errors: `code` in capitals and `message`. Whoever
 * waits reads `X-Retry-After` there.
 */
export async function errorFrom(response: Response): Promise<APIError> {
  const { code, title } = parseObject(await response.text()) ?? {}
  const name = typeof code === 'string' ? code : 'service_unavailable'
  const message = typeof title === 'string' ? title : ERROR_CODES.SERVICE_UNAVAILABLE.message
  const known = Object.hasOwn(TRANSLATED, name) ? TRANSLATED[name] : undefined
  const body = known ?? { code: name.toUpperCase(), message }
  const status = known?.status ?? response.status
  return new APIError(
    status as 400,
    { code: body.code, message: body.message },
    retryHeaders(response),
  )
}

/** 503: the auth server could not be asked, which does not end a session. */
export function unavailable(): APIError {
  return new APIError('SERVICE_UNAVAILABLE', ERROR_CODES.SERVICE_UNAVAILABLE)
}

function retryHeaders(response: Response): Record<string, string> {
  const seconds = response.headers.get('Retry-After')
  return seconds ? { 'Retry-After': seconds, 'X-Retry-After': seconds } : {}
}
