'use client'

import { SignUpForm as Form } from '@countersign/client/forms'
import { formActions } from '../lib/form-actions'
import { leaveFor } from '../lib/leave'

interface SignUpFormProps {
  readonly apiUrl: string
  readonly returnTo: string
  /** What went wrong when the form was sent without scripts. */
  readonly problem: string | undefined
}

/** Creates an account and signs in. */
export function SignUpForm({ apiUrl, returnTo, problem }: SignUpFormProps) {
  return (
    <Form
      actions={formActions(apiUrl)}
      onDone={() => leaveFor(returnTo)}
      plain={{ action: '/form/sign-up', fields: { returnTo } }}
      initialProblem={problem}
    />
  )
}
