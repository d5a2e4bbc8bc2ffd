'use client'

import { ForgotPasswordForm as Form } from '@countersign/client/forms'
import { formActions } from '../lib/form-actions'

interface ForgotPasswordFormProps {
  readonly apiUrl: string
  /** What went wrong when the form was sent without scripts. */
  readonly problem: string | undefined
}

/** Asks for a link to choose a new password. */
export function ForgotPasswordForm({ apiUrl, problem }: ForgotPasswordFormProps) {
  return (
    <Form
      actions={formActions(apiUrl)}
      plain={{ action: '/form/forgot-password' }}
      initialProblem={problem}
    />
  )
}
