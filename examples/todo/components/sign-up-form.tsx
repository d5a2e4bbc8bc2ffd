'use client'

import { useState } from 'react'
import { useAuthForm } from '../hooks/use-auth-form'
import { sendAuthForm } from '../lib/send-auth-form'
import { EmailField } from './email-field'
import { FormAlert } from './form-alert'
import { PasswordField } from './password-field'
import { PasswordRules } from './password-rules'
import { RememberField } from './remember-field'
import { SubmitButton } from './submit-button'
import { TextField } from './text-field'

interface AuthFormProps {
  readonly apiUrl: string
  readonly returnTo: string
  /** What went wrong when the form was sent without scripts. */
  readonly initialAlert: string | undefined
}

/** Creates an account and signs in. */
export function SignUpForm({ apiUrl, returnTo, initialAlert }: AuthFormProps) {
  const form = useAuthForm({
    action: 'signup',
    initialAlert,
    send: (fields) => sendAuthForm(fields, { action: 'signup', apiUrl, returnTo }),
  })
  const [password, setPassword] = useState('')
  const [email, setEmail] = useState('')
  return (
    <form className="form" method="post" action="/form/sign-up" {...form.props}>
      <input type="hidden" name="returnTo" value={returnTo} />
      <TextField name="name" label="Name" hint="Optional" autoComplete="name" maxLength={100} />
      <EmailField error={form.errors.email} autoComplete="username" onChange={setEmail} />
      <PasswordField
        error={form.errors.password}
        autoComplete="new-password"
        describedBy="password-rules"
        onChange={setPassword}
      />
      <PasswordRules id="password-rules" password={password} email={email} />
      <RememberField />
      <FormAlert {...form.alertProps} />
      <SubmitButton busy={form.busy} blocked={form.blocked}>
        Create account
      </SubmitButton>
    </form>
  )
}
