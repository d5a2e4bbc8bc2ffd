'use client'

import { AuthForm } from '../../better-auth-manager/components/auth-form'
import { EmailField } from '../../todo/components/email-field'
import { PasswordField } from '../../todo/components/password-field'
import { authClient } from '../lib/auth-client'

export function SignInForm() {
  return (
    <AuthForm label="Sign in" send={(fields) => authClient.signIn.email(fields)}>
      <EmailField error={undefined} autoComplete="username" />
      <PasswordField error={undefined} autoComplete="current-password" />
    </AuthForm>
  )
}
