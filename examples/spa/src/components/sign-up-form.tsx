import type { NewAccount } from '@countersign/client'
import { useClient } from '@countersign/client/react'
import { useState } from 'react'
import { EmailField } from '../../../todo/components/email-field'
import { FormAlert } from '../../../todo/components/form-alert'
import { PasswordField } from '../../../todo/components/password-field'
import { PasswordRules } from '../../../todo/components/password-rules'
import { RememberField } from '../../../todo/components/remember-field'
import { SubmitButton } from '../../../todo/components/submit-button'
import { TextField } from '../../../todo/components/text-field'
import { useAuthForm } from '../../../todo/hooks/use-auth-form'
import { accountIn } from '../../../todo/lib/plain-account'
import { problemAfter, UNCONFIRMED } from '../lib/problem-after'

/** Creates an account and signs in. */
export function SignUpForm() {
  const client = useClient()
  const [password, setPassword] = useState('')
  const [email, setEmail] = useState('')
  const signUp = async (account: NewAccount) => {
    const { status } = await client.signUp(account)
    return status === 'signed_in' ? undefined : UNCONFIRMED
  }
  const form = useAuthForm({
    action: 'signup',
    send: (fields) => problemAfter(signUp(accountIn(fields))),
  })
  return (
    <form className="form" {...form.props}>
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
