/** What a visitor reads who comes back from a provider without a session. */
export const SOCIAL_ERRORS: Readonly<Record<string, string>> = {
  access_denied: 'You did not sign in there. You can try again, or use your email.',
  account_locked: 'This account is locked for now. Please try again later.',
  account_not_linked:
    'There is an account with this email that nobody confirmed. Choose a new password for it first.',
  account_taken: 'That account belongs to somebody else here.',
  email_missing: 'That account told us no email, which we need.',
  email_not_verified: 'Confirm your email there first, then try again.',
  second_factor_required: 'Your account asks for a second step: sign in with your password.',
  sign_in_expired: 'That took too long, or was used before. Please try again.',
  sign_in_failed: 'Signing in there did not work. Please try again.',
  temporarily_unavailable: 'Signing in there is not possible just now. Please try again.',
}
