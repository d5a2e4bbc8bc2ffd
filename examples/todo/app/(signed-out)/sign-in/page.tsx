import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { EndedNotice } from '../../../components/ended-notice'
import { SignInForm } from '../../../components/sign-in-form'
import { SocialButtons } from '../../../components/social-buttons'
import { SocialSecondStep } from '../../../components/social-second-step'
import { apiUrl } from '../../../lib/api-url'
import { getSession } from '../../../lib/auth'
import { safeReturnTo } from '../../../lib/return-to'
import { type SearchParams, single } from '../../../lib/search-params'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await searchParams
  const returnTo = safeReturnTo(single(query.returnTo))
  if (await getSession()) redirect(returnTo)
  return (
    <section className="sheet gate-sheet">
      <h1>Sign in</h1>
      <EndedNotice
        apiUrl={apiUrl()}
        returnTo={returnTo}
        reason={single(query.reason)}
        wasSent={query.returnTo !== undefined}
      />
      <SocialSecondStep apiUrl={apiUrl()} returnTo={returnTo}>
        <SignInForm apiUrl={apiUrl()} returnTo={returnTo} problem={single(query.error)} />
      </SocialSecondStep>
      <SocialButtons base="/api/auth" returnTo={returnTo} />
      <p className="gate-switch">
        New here?{' '}
        <Link href={`/sign-up?returnTo=${encodeURIComponent(returnTo)}`}>Create an account</Link>
      </p>
    </section>
  )
}
