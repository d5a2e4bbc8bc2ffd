import type { Metadata } from 'next'
import { connection } from 'next/server'
import { ResetPasswordForm } from '../../../components/reset-password-form'
import { apiUrl } from '../../../lib/api-url'

export const metadata: Metadata = { title: 'Choose a new password', referrer: 'no-referrer' }

/** Where the link of a mail leads. Its one-time value is behind the "#" and never comes here. */
export default async function ResetPasswordPage() {
  // Rendered per request, so that the scripts carry the nonce of its answer.
  await connection()
  return (
    <section className="sheet gate-sheet">
      <h1>Choose a new password</h1>
      <ResetPasswordForm apiUrl={apiUrl()} />
    </section>
  )
}
