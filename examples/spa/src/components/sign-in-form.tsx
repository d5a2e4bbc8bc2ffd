import { useClient } from '@countersign/client/react'
import { EmailField } from '../../../todo/components/email-field'
import { FormAlert } from '../../../todo/components/form-alert'
import { PasswordField } from '../../../todo/components/password-field'
import { RememberField } from '../../../todo/components/remember-field'
import { SubmitButton } from '../../../todo/components/submit-button'
import { useAuthForm } from '../../../todo/hooks/use-auth-form'
import { accountIn } from '../../../todo/lib/plain-account'
import { problemAfter } from '../lib/problem-after'

/** Signs in, in every tab. What is shown next follows from the session. */
export function SignInForm() {
  const client = useClient()
  const form = useAuthForm({
    action: 'login',
    send: (fields) => problemAfter(client.signIn(accountIn(fields))),
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
