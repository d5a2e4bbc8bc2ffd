'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { SubmitButton } from '../../todo/components/submit-button'
import { authClient } from '../lib/auth-client'

interface Fields {
  readonly name: string
  readonly email: string
  readonly password: string
}

interface AuthFormProps {
  readonly label: string
  /** Resolves to what Better Auth's client answered. */
  readonly send: (fields: Fields) => Promise<{ error: { message?: string | undefined } | null }>
  readonly children: ReactNode
}

/** Sends its fields, and leads to the tasks or says in one sentence why not. */
export function AuthForm({ label, send, children }: AuthFormProps) {
  const router = useRouter()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  // Whoever is signed in has no business here. It also clears away a session that has ended.
  const { data: session } = authClient.useSession()
  useEffect(() => {
    if (session) router.replace('/tasks')
  }, [session, router])

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(undefined)
    const { error } = await send(fieldsOf(event.currentTarget)).catch(() => ({
      error: { message: 'There is no connection just now.' },
    }))
    if (!error) return router.replace('/tasks')
    setProblem(error.message ?? 'That did not work.')
    setBusy(false)
  }

  return (
    <form className="form" method="post" onSubmit={onSubmit}>
      {children}
      <div className="form-alert" role="alert">
        {problem}
      </div>
      <SubmitButton busy={busy} blocked={false}>
        {label}
      </SubmitButton>
    </form>
  )
}

function fieldsOf(form: HTMLFormElement): Fields {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '')
  return { name: text('name').trim(), email: text('email').trim(), password: text('password') }
}
