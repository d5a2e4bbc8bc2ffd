import type { SignInOutcome } from '../backend.js'
import type { Settings } from '../settings.js'
import { isText } from '../shape.js'
import { signInCode } from './sign-in-code.js'

/** Makes the error by which a version of Auth.js tells a code to the page. */
export type MakeError = (code: string) => Error

type NoSession = Exclude<SignInOutcome, { readonly kind: 'signed-in' }>

/**
 * Why the backend gave no session, as a code with the seconds to wait. Failures of the backend, and of our
 * credential there, are no fault of the visitor.
 */
export function refusalOf(outcome: NoSession, { logger }: Settings): string {
  if (outcome.kind === 'pending') return 'email_not_verified'
  if (outcome.kind === 'second-factor') return 'second_factor_required'
  const { status, body, retryAfterSeconds } = outcome.reply
  const code = body?.code
  if (code === 'invalid_client') {
    logger.warn('countersign: the auth server refuses this web server (invalid_client)')
    return 'service_unavailable'
  }
  const isRefusal = status >= 400 && status < 500 && isText(code) && /^[a-z_]{1,64}$/.test(code)
  return signInCode(isRefusal ? code : 'service_unavailable', retryAfterSeconds)
}
