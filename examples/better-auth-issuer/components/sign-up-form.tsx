'use client'

import { AuthForm } from '../../better-auth-manager/components/auth-form'
import { EmailField } from '../../todo/components/email-field'
import { PasswordField } from '../../todo/components/password-field'
import { TextField } from '../../todo/components/text-field'
import { authClient } from '../lib/auth-client'

export function SignUpForm() {
  return (
    <AuthForm label="Create account" send={(fields) => authClient.signUp.email(fields)}>
      <TextField name="name" label="Name" autoComplete="name" maxLength={100} />
      <EmailField error={undefined} autoComplete="username" />
      <PasswordField error={undefined} autoComplete="new-password" />
    </AuthForm>
  )
}
