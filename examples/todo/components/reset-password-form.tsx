'use client'

import { ResetPasswordForm as Form } from '@countersign/client/forms'
import Link from 'next/link'
import { formActions } from '../lib/form-actions'

/** Takes the new password of whoever followed the link in the mail. */
export function ResetPasswordForm({ apiUrl }: { apiUrl: string }) {
  return (
    <Form
      actions={formActions(apiUrl)}
      whenDone={
        <Link className="button" href="/sign-in">
          Sign in
        </Link>
      }
      whenInvalid={
        <Link className="button" href="/forgot-password">
          Ask for a new link
        </Link>
      }
    />
  )
}
