/** What the one-time values of accounts are for. */
export const PURPOSES = {
  resetPassword: 'password_reset',
  verifyEmail: 'email_verify',
  /** An account that is made once its address was confirmed. */
  signUp: 'sign_up',
  /** The two halves of a change of address. */
  confirmEmail: 'email_confirm',
  approveEmail: 'email_approve',
  /** A value that opens nothing, issued where nobody may see that there is nothing to issue. */
  nothing: 'nothing',
} as const

/** How long the links live, in seconds. */
export const LINK_SECONDS = {
  resetPassword: 3_600,
  verifyEmail: 86_400,
  changeEmail: 86_400,
} as const

/** A sign-up that waits has no user yet; its values are those of its address. */
export const pendingOwner = (email: string): string => `sign_up:${email}`
