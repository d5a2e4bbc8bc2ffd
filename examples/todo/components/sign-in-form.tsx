'use client'

import { useAuthForm } from '../hooks/use-auth-form'
import { sendAuthForm } from '../lib/send-auth-form'
import { EmailField } from './email-field'
import { FormAlert } from './form-alert'
import { PasswordField } from './password-field'
import { RememberField } from './remember-field'
import { SubmitButton } from './submit-button'

interface AuthFormProps {
  readonly apiUrl: string
  readonly returnTo: string
  /** What went wrong when the form was sent without scripts. */
  readonly initialAlert: string | undefined
}

/** Signs in, by a request of the page or, before it has woken up, as a plain form. */
export function SignInForm({ apiUrl, returnTo, initialAlert }: AuthFormProps) {
  const form = useAuthForm({
    action: 'login',
    initialAlert,
    send: (fields) => sendAuthForm(fields, { action: 'login', apiUrl, returnTo }),
  })
  return (
    <form className="form" method="post" action="/form/sign-in" {...form.props}>
      <input type="hidden" name="returnTo" value={returnTo} />
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
