/**
 * Why a sign-in was refused, as one short text that may stand in an address: a code, and after a dot
 * the seconds to wait, if somebody has to. Nothing here needs a server.
 * @module
 */

const MESSAGES = {
  invalid_credentials: 'Email or password is incorrect.',
  invalid_request: 'Please check what you entered.',
  email_not_verified: 'Please confirm your email first: we sent you a message.',
  account_locked: 'This account is locked for now. Please try again later.',
  rate_limited: 'Too many attempts. Please wait a little before you try again.',
  second_factor_required: 'This account asks for a second factor, which this form does not.',
  csrf_rejected: 'This page is out of date. Reload it and try again.',
  access_denied: 'You may not sign in here.',
  account_not_linked:
    'There is an account with this email that nobody confirmed. Choose a new password for it first.',
  provider_failed: 'Signing in there did not work. Please try again.',
  service_unavailable: 'Signing in is not possible just now. Please try again in a moment.',
} as const

/** Codes of a refused sign-in that every backend has. A backend may add its own. */
export type SignInCode = keyof typeof MESSAGES

/** A refused sign-in, for a form. */
export interface SignInProblem {
  readonly code: SignInCode | (string & {})
  /** Seconds after which a new attempt may succeed. */
  readonly retryAfterSeconds: number | undefined
  /** What a visitor reads. */
  readonly message: string
}

/** What Auth.js tells about a sign-in: the result of `signIn`, or `error` and `code` of an address. */
export interface SignInResult {
  readonly error?: string | readonly string[] | null | undefined
  readonly code?: string | readonly string[] | null | undefined
}

/**
 * What a visitor reads about the code of a refused sign-in. One that is unknown means that it did
 * not work just now.
 *
 * @example
 * messageOf('rate_limited.30') // 'Too many attempts. Please try again in 30 seconds.'
 */
export function messageOf(code: string): string {
  const { name, seconds } = partsOf(code)
  if (name === 'rate_limited' && seconds) {
    return `Too many attempts. Please try again ${inWords(seconds)}.`
  }
  return Object.hasOwn(MESSAGES, name) ? MESSAGES[name as SignInCode] : MESSAGES.service_unavailable
}

/**
 * The problem of a sign-in, or undefined for one without. It reads what `signIn` of
 * `next-auth/react` answered, and what is in the address of the sign-in page afterwards.
 *
 * @example
 * const result = await signIn('countersign', { ...fields, redirect: false })
 * const problem = signInProblem(result)
 */
export function signInProblem(result: SignInResult | undefined | null): SignInProblem | undefined {
  const error = result?.error
  if (typeof error !== 'string' || error === '') return undefined
  const code = codeOf(error, result?.code)
  const { name, seconds } = partsOf(code)
  return { code: name, retryAfterSeconds: seconds, message: messageOf(code) }
}

/** The text for a code and the seconds to wait. */
export function signInCode(code: string, retryAfterSeconds?: number): string {
  return retryAfterSeconds === undefined ? code : `${code}.${Math.ceil(retryAfterSeconds)}`
}

/** Auth.js 5 puts our code beside the name of the error, NextAuth 4 in its place. */
function codeOf(error: string, code: SignInResult['code']): string {
  if (typeof code === 'string' && code !== '' && code !== 'credentials') return code
  return Object.hasOwn(AUTH_JS_ERRORS, error) ? (AUTH_JS_ERRORS[error] as SignInCode) : error
}

/** Names that Auth.js itself has for what went wrong. */
const AUTH_JS_ERRORS: Readonly<Record<string, SignInCode>> = {
  CredentialsSignin: 'invalid_credentials',
  AccessDenied: 'access_denied',
  MissingCSRF: 'csrf_rejected',
  OAuthSignin: 'provider_failed',
  OAuthCallback: 'provider_failed',
  OAuthCallbackError: 'provider_failed',
  Callback: 'provider_failed',
  Configuration: 'service_unavailable',
}

function partsOf(code: string): { name: string; seconds: number | undefined } {
  const [, name = code, seconds] = /^([a-z_]{1,64})(?:\.(\d{1,6}))?$/.exec(code) ?? []
  return { name, seconds: seconds ? Number(seconds) : undefined }
}

function inWords(seconds: number): string {
  if (seconds < 90) return `in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
  return `in ${Math.ceil(seconds / 60)} minutes`
}
