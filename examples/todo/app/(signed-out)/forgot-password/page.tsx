import type { Metadata } from 'next'
import Link from 'next/link'
import { ForgotPasswordForm } from '../../../components/forgot-password-form'
import { apiUrl } from '../../../lib/api-url'
import { type SearchParams, single } from '../../../lib/search-params'

export const metadata: Metadata = { title: 'Forgot your password?' }

export default async function ForgotPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await searchParams
  return (
    <section className="sheet gate-sheet">
      <h1>Forgot your password?</h1>
      {query.sent === undefined ? (
        <>
          <p>We send you a link by which you choose a new one.</p>
          <ForgotPasswordForm apiUrl={apiUrl()} problem={single(query.error)} />
        </>
      ) : (
        <p className="notice">
          If there is an account with this address, a message with a link is on its way.
        </p>
      )}
      <p className="gate-switch">
        Remembered it? <Link href="/sign-in">Sign in</Link>
      </p>
    </section>
  )
}
