import type { SignInValues } from '@countersign/client/forms'
import { EmailField } from '../../../todo/components/email-field'
import { FormAlert } from '../../../todo/components/form-alert'
import { PasswordField } from '../../../todo/components/password-field'
import { RememberField } from '../../../todo/components/remember-field'
import { SubmitButton } from '../../../todo/components/submit-button'
import { useAuthForm } from '../../../todo/hooks/use-auth-form'
import { accountIn } from '../../../todo/lib/plain-account'
import { formActions } from '../lib/form-actions'
import { problemAfter, UNCONFIRMED } from '../lib/problem-after'

interface SignInFormProps {
  /** The password was right, and a second step is asked for. */
  readonly onChallenge: (challenge: string) => void
}

/** Signs in, in every tab. What is shown next follows from the session. */
export function SignInForm({ onChallenge }: SignInFormProps) {
  const signIn = async (values: SignInValues) => {
    const entered = await formActions.signIn(values)
    if (entered.next === 'second_factor') onChallenge(entered.challenge)
    return entered.next === 'check_mail' ? UNCONFIRMED : undefined
  }
  const form = useAuthForm({
    action: 'login',
    send: (fields) => problemAfter(signIn(accountIn(fields))),
  })
  return (
    <form className="form" {...form.props}>
      <EmailField error={form.errors.email} autoComplete="username" />
      <PasswordField error={form.errors.password} autoComplete="current-password" />
      <RememberField />
      <FormAlert {...form.alertProps} />
      <SubmitButton busy={form.busy} blocked={form.blocked}>
        Sign in
      </SubmitButton>
    </form>
  )
}
