import { ActionError } from './action-error.js'
import type { FormActions } from './form-actions.js'

/** `signIn` of `next-auth/react`, version 5 or 4. */
export type AuthJsSignIn = (
  provider: string,
  // biome-ignore lint/suspicious/noExplicitAny: both versions declare options of their own
  options: any,
) => Promise<AuthJsAnswer | undefined>

interface AuthJsAnswer {
  readonly ok?: boolean
  readonly error?: string | null | undefined
  /** Version 5: the `code` of the `CredentialsSignin` that the provider threw. */
  readonly code?: string | null | undefined
}

/**
 * Signs in through the credentials provider of Auth.js, `countersign` unless named. Version 5 hands
 * the provider's code on; version 4 says no more than that it failed.
 *
 * @example
 * <SignInForm actions={authJsActions(signIn)} onDone={() => router.push('/tasks')} />
 */
export function authJsActions(
  signIn: AuthJsSignIn,
  { provider = 'countersign' }: { readonly provider?: string } = {},
): Pick<FormActions, 'signIn'> {
  return {
    signIn: async (values) => {
      const answer = await signIn(provider, { ...values, redirect: false }).catch(() => {
        throw new ActionError('network')
      })
      if (!answer) throw new ActionError('service_unavailable')
      if (answer.error) throw new ActionError(codeOf(answer))
      return { next: 'done' }
    },
  }
}

function codeOf({ code, error }: AuthJsAnswer): string {
  if (code && code !== 'credentials') return code
  // Version 4 has nothing but this text, which a provider may have chosen.
  if (error && /^[a-z_]+$/.test(error)) return error
  return error === 'CredentialsSignin' ? 'invalid_credentials' : 'internal_error'
}
