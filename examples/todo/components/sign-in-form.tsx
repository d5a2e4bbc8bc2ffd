'use client'

import { SignInForm as Form } from '@countersign/client/forms'
import { formActions } from '../lib/form-actions'
import { leaveFor } from '../lib/leave'
import { SOCIAL_ERRORS } from '../lib/social-errors'

interface SignInFormProps {
  readonly apiUrl: string
  readonly returnTo: string
  /** What went wrong when the form was sent without scripts. */
  readonly problem: string | undefined
}

/** Of a lock the form speaks itself, beside the way to a new password. */
const { account_locked: _, ...OF_PROVIDERS } = SOCIAL_ERRORS

const TEXTS = {
  errors: {
    ...OF_PROVIDERS,
    needs_scripts: 'Your account asks for a second step, which needs JavaScript.',
  },
}

/** Signs in, by a request of the page or, before it has woken up, as a plain form. */
export function SignInForm({ apiUrl, returnTo, problem }: SignInFormProps) {
  return (
    <Form
      actions={formActions(apiUrl)}
      onDone={() => leaveFor(returnTo)}
      forgotHref="/forgot-password"
      plain={{ action: '/form/sign-in', fields: { returnTo } }}
      initialProblem={problem}
      texts={TEXTS}
    />
  )
}
