'use client'

import { messageOf, signInProblem } from '@countersign/next/auth-js-client'
import { signIn } from 'next-auth/react'
import { type FormEvent, useState } from 'react'
import { EmailField } from '../../todo/components/email-field'
import { PasswordField } from '../../todo/components/password-field'
import { SubmitButton } from '../../todo/components/submit-button'
import { TextField } from '../../todo/components/text-field'
import { errorSentence } from '../../todo/lib/sentences'

/** Auth.js has no sign-up: the backend makes the account, and a sign-in follows. */
export function SignUpForm() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(undefined)
    const fault = await signUp(event.currentTarget).catch(() => messageOf('service_unavailable'))
    if (!fault) return window.location.replace('/tasks')
    setProblem(fault)
    setBusy(false)
  }

  return (
    <form className="form" method="post" onSubmit={onSubmit}>
      <TextField name="name" label="Name" autoComplete="name" maxLength={100} />
      <EmailField error={undefined} autoComplete="username" />
      <PasswordField error={undefined} autoComplete="new-password" />
      <div className="form-alert" role="alert">
        {problem}
      </div>
      <SubmitButton busy={busy} blocked={false}>
        Create account
      </SubmitButton>
    </form>
  )
}

/** Resolves to what went wrong, in one sentence. */
async function signUp(form: HTMLFormElement): Promise<string | undefined> {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '')
  const account = { email: text('email').trim(), password: text('password') }
  const response = await fetch('/api/countersign/signup', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...account, name: text('name').trim() }),
  })
  if (response.status === 202) return messageOf('email_not_verified')
  if (!response.ok) return errorSentence(((await response.json()) as { code?: string }).code)
  const result = await signIn('consultation-backend', { ...account, redirect: false })
  return signInProblem(result)?.message
}
