'use client'

import { signInProblem } from '@countersign/next/auth-js-client'
import { signIn } from 'next-auth/react'
import { type FormEvent, useState } from 'react'
import { EmailField } from '../../todo/components/email-field'
import { PasswordField } from '../../todo/components/password-field'
import { RememberField } from '../../todo/components/remember-field'
import { SubmitButton } from '../../todo/components/submit-button'
import type { ProviderButton } from '../lib/providers'

interface SignInFormProps {
  readonly buttons: readonly ProviderButton[]
  /** What went wrong on the way back from a provider. */
  readonly problem: string | undefined
  readonly returnTo: string
}

/** Signs in by Auth.js: with a password at the backend, or with a provider. */
export function SignInForm({ buttons, problem: before, returnTo }: SignInFormProps) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState(before)

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(undefined)
    const fields = fieldsOf(event.currentTarget)
    const result = await signIn('consultation-backend', { ...fields, redirect: false }).catch(
      () => ({ error: 'service_unavailable' }),
    )
    const refused = signInProblem(result)
    // A new document: nothing of another session stays in memory.
    if (!refused) return window.location.replace(returnTo)
    setProblem(refused.message)
    setBusy(false)
  }

  return (
    <form className="form" method="post" onSubmit={onSubmit}>
      <EmailField error={undefined} autoComplete="username" />
      <PasswordField error={undefined} autoComplete="current-password" />
      <RememberField />
      <div className="form-alert" role="alert">
        {problem}
      </div>
      <SubmitButton busy={busy} blocked={false}>
        Sign in
      </SubmitButton>
      {buttons.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="button button-quiet button-wide"
          onClick={() => signIn(id, { redirectTo: returnTo })}
        >
          Continue with {name}
        </button>
      ))}
    </form>
  )
}

function fieldsOf(form: HTMLFormElement) {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '')
  const remember = data.has('remember') ? 'on' : 'off'
  return { email: text('email').trim(), password: text('password'), remember }
}
