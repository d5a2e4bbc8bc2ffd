import { ActionError } from './action-error.js'
import type { Entered, FormActions } from './form-actions.js'

type Reply<T = unknown> = Promise<{
  readonly data?: T | null
  readonly error?: {
    readonly code?: string | undefined
    readonly status?: number | undefined
  } | null
}>
// biome-ignore lint/suspicious/noExplicitAny: what Better Auth takes beside these members is its own
type Call<T = unknown> = (input: any) => Reply<T>

/** What is used of `createAuthClient()` of Better Auth. Plugins that are missing lack their actions. */
export interface BetterAuthClient {
  readonly signIn: { readonly email: Call }
  readonly signUp: { readonly email: Call }
  readonly requestPasswordReset?: Call
  readonly resetPassword?: Call
  readonly verifyEmail?: Call
  readonly sendVerificationEmail?: Call
  readonly changePassword?: Call
  readonly twoFactor?: {
    readonly enable: Call
    readonly verifyTotp: Call
    readonly verifyBackupCode: Call
    readonly disable: Call
    readonly generateBackupCodes: Call
  }
}

/** What Better Auth calls the same things. */
const CODES: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: 'invalid_credentials',
  INVALID_PASSWORD: 'invalid_credentials',
  USER_ALREADY_EXISTS: 'email_taken',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'email_taken',
  EMAIL_NOT_VERIFIED: 'email_not_verified',
  PASSWORD_TOO_SHORT: 'weak_password',
  PASSWORD_TOO_LONG: 'weak_password',
  PASSWORD_COMPROMISED: 'breached_password',
  INVALID_TOKEN: 'link_invalid',
  TOKEN_EXPIRED: 'link_invalid',
  INVALID_CODE: 'invalid_code',
  INVALID_BACKUP_CODE: 'invalid_code',
  INVALID_TWO_FACTOR_COOKIE: 'link_invalid',
  BANNED_USER: 'account_locked',
}

/** Actions that Better Auth has a counterpart of. Its device list has another form. */
type BetterAuthActions = Omit<
  FormActions,
  'confirmEmail' | 'listSessions' | 'revokeSession' | 'revokeOtherSessions'
>

/**
 * The actions of a page with Better Auth's client; `resetPath` is the page that the mail links to.
 * The challenge of a second factor is in Better Auth's own cookie.
 *
 * @example
 * <SignInForm actions={betterAuthActions(authClient)} onDone={() => router.push('/tasks')} />
 */
export function betterAuthActions(
  client: BetterAuthClient,
  { resetPath = '/reset-password' }: { readonly resetPath?: string } = {},
): BetterAuthActions {
  /** Better Auth hands out the recovery codes with the key, we after the first code. */
  let recoveryCodes: readonly string[] = []
  return {
    signIn: async ({ remember, ...values }) => {
      const data = await dataOf(client.signIn.email({ ...values, rememberMe: remember }))
      return data.twoFactorRedirect ? SECOND_FACTOR : DONE
    },
    signUp: async ({ remember: _, name = '', ...values }) => {
      const data = await dataOf(client.signUp.email({ ...values, name }))
      return data.token ? DONE : { next: 'check_mail' }
    },
    secondFactor: async ({ code }) => {
      const { verifyTotp, verifyBackupCode } = need(client.twoFactor)
      await dataOf((/^\d{6}$/.test(code) ? verifyTotp : verifyBackupCode)({ code }))
      return DONE
    },
    resendVerification: async (values) => done(need(client.sendVerificationEmail)(values)),
    verifyEmail: async (query) => done(need(client.verifyEmail)({ query })),
    forgotPassword: async (values) =>
      done(need(client.requestPasswordReset)({ ...values, redirectTo: resetPath })),
    resetPassword: async ({ token, password }) =>
      done(need(client.resetPassword)({ token, newPassword: password })),
    changePassword: async ({ keepOtherSessions, ...values }) =>
      done(need(client.changePassword)({ ...values, revokeOtherSessions: !keepOtherSessions })),
    enrollSecondFactor: async (values) => {
      const { totpURI, backupCodes } = await dataOf(need(client.twoFactor).enable(values))
      recoveryCodes = Array.isArray(backupCodes) ? backupCodes : []
      const uri = String(totpURI)
      return { uri, secret: new URL(uri).searchParams.get('secret') ?? '' }
    },
    activateSecondFactor: async (values) => {
      await dataOf(need(client.twoFactor).verifyTotp(values))
      return { recoveryCodes }
    },
    disableSecondFactor: async (values) => done(need(client.twoFactor).disable(values)),
    newRecoveryCodes: async (values) => {
      const { backupCodes } = await dataOf(need(client.twoFactor).generateBackupCodes(values))
      return { recoveryCodes: Array.isArray(backupCodes) ? backupCodes : [] }
    },
  }
}

const DONE: Entered = { next: 'done' }
const SECOND_FACTOR: Entered = {
  next: 'second_factor',
  challenge: '',
  methods: ['totp', 'recovery_code'],
}

function need<T>(part: T | undefined): T {
  if (part !== undefined) return part
  throw new ActionError('not_found')
}

async function done(reply: Reply): Promise<void> {
  await dataOf(reply)
}

async function dataOf(reply: Reply): Promise<Readonly<Record<string, unknown>>> {
  const { data, error } = await reply.catch(() => ({ data: null, error: { status: 0 } }))
  if (!error) return Object(data)
  const { code = '', status = 0 } = error as { code?: string; status?: number }
  throw new ActionError(CODES[code] ?? codeOfStatus(status))
}

function codeOfStatus(status: number): string {
  if (status === 0) return 'network'
  if (status === 429) return 'rate_limited'
  if (status >= 502 && status <= 504) return 'service_unavailable'
  return status < 500 ? 'invalid_request' : 'internal_error'
}
