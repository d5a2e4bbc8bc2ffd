'use client'

import { VerifyEmail } from '@countersign/client/forms'
import Link from 'next/link'
import { formActions } from '../lib/form-actions'

interface ConfirmAddressProps {
  readonly apiUrl: string
  /** The address of a new account, or one of the two of an account whose address changes. */
  readonly of: 'account' | 'change'
}

/** Confirms an address for whoever followed the link in the mail, when the button is pressed. */
export function ConfirmAddress({ apiUrl, of }: ConfirmAddressProps) {
  const { verifyEmail, confirmEmail } = formActions(apiUrl)
  return (
    <VerifyEmail
      actions={of === 'account' ? { verifyEmail } : { confirmEmail }}
      whenDone={
        <Link className="button" href="/tasks">
          Go to your tasks
        </Link>
      }
      whenInvalid={
        <Link className="button" href="/sign-in">
          Sign in to get a new one
        </Link>
      }
    />
  )
}
