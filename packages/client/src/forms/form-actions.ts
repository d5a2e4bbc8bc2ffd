/** How a step towards a session ended. */
export type Entered =
  /** Signed in. */
  | { readonly next: 'done' }
  /** The address has to be confirmed by a link first. */
  | { readonly next: 'check_mail' }
  /** The password was right; `challenge` goes along with the code. */
  | {
      readonly next: 'second_factor'
      readonly challenge: string
      readonly methods: readonly string[]
    }

/** What a person signs in with. */
export interface SignInValues {
  readonly email: string
  readonly password: string
  readonly remember: boolean
}

/** What a person creates an account with. */
export interface SignUpValues extends SignInValues {
  readonly name?: string
}

/** A browser that a person is signed in with. Instants are ISO 8601. */
export interface SignedInDevice {
  readonly id: string
  readonly current: boolean
  readonly lastSeenAt: string
  readonly userAgent?: string | null
  readonly ip?: string | null
  /** Where the address is, if the server was told how to find out. */
  readonly place?: string | null
}

/** What an authenticator app is given. */
export interface Enrolment {
  /** `otpauth:` address, for the picture. */
  readonly uri: string
  /** The same key to be typed. */
  readonly secret: string
}

/**
 * What the forms ask for. Each form names the actions that it needs, so a set may be incomplete.
 *
 * An action that fails rejects with an error that has a `code` of `spec/protocol.md`, such as
 * `invalid_credentials`, and `retryAfterSeconds` where waiting helps; `ActionError` is one.
 */
export interface FormActions {
  signIn(values: SignInValues): Promise<Entered>
  signUp(values: SignUpValues): Promise<Entered>
  secondFactor(values: { challenge: string; code: string }): Promise<Entered>
  resendVerification(values: { email: string }): Promise<void>
  verifyEmail(values: { token: string }): Promise<void>
  /** `complete: false` while the link sent to the other address is still to be opened. */
  confirmEmail(values: { token: string }): Promise<{ complete: boolean }>
  forgotPassword(values: { email: string }): Promise<void>
  resetPassword(values: { token: string; password: string }): Promise<void>
  changePassword(values: {
    currentPassword: string
    newPassword: string
    keepOtherSessions: boolean
  }): Promise<void>
  listSessions(): Promise<readonly SignedInDevice[]>
  revokeSession(id: string): Promise<void>
  revokeOtherSessions(): Promise<void>
  enrollSecondFactor(values: { password: string }): Promise<Enrolment>
  activateSecondFactor(values: { code: string }): Promise<{ recoveryCodes: readonly string[] }>
  disableSecondFactor(values: { password: string }): Promise<void>
  newRecoveryCodes(values: { password: string }): Promise<{ recoveryCodes: readonly string[] }>
}
