/** What a visitor reads for an error code of the auth server. */
export function errorSentence(code: string | undefined): string {
  return ERRORS[code ?? ''] ?? 'Something went wrong on our side. Please try again.'
}

/** What a visitor reads about the end of a session, if the reason is one we know. */
export function endSentence(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : ENDS[reason]
}

const ERRORS: Readonly<Record<string, string>> = {
  invalid_credentials: 'Email or password is incorrect.',
  invalid_request: 'Please check what you entered.',
  email_taken: 'There is already an account with this email.',
  weak_password: 'Please choose a longer password.',
  breached_password: 'This password was found in a data breach. Please choose another.',
  last_sign_in_method: 'This is your only way to sign in. Choose a password first.',
  rate_limited: 'Too many attempts. Please wait a little before you try again.',
  account_locked: 'This account is locked for now. Please try again later.',
  email_not_verified: 'Please confirm your email first: we sent you a message.',
  csrf_rejected: 'This page is out of date. Reload it and try again.',
  service_unavailable: 'Signing in is not possible just now. Please try again in a moment.',
  network: 'No connection to the server. Check your network and try again.',
}

const USED_TWICE = 'Your sign-in was used from two places, so we ended it for your safety.'

const ENDS: Readonly<Record<string, string>> = {
  signed_out: 'You are signed out.',
  signed_in_again: 'You signed in again, which ended this session.',
  revoked: 'This device was signed out from another one.',
  idle_timeout: 'You were signed out after being inactive.',
  expired: 'Your sign-in reached its time limit.',
  recovery_expired: 'You were away for too long, so this sign-in ended.',
  refresh_reuse: USED_TWICE,
  refresh_reused: USED_TWICE,
  user_disabled: 'This account has been disabled.',
  user_deleted: 'This account has been deleted.',
  password_changed: 'You were signed out because the password was changed on another device.',
  check_mail: 'Check your mail: open the link in our message to confirm your address.',
  session_ended: 'Your session has ended. Please sign in again.',
  refresh_invalid: 'Your session has ended. Please sign in again.',
}
