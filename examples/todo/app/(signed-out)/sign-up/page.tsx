import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { SignUpForm } from '../../../components/sign-up-form'
import { SocialButtons } from '../../../components/social-buttons'
import { apiUrl } from '../../../lib/api-url'
import { getSession } from '../../../lib/auth'
import { safeReturnTo } from '../../../lib/return-to'
import { type SearchParams, single } from '../../../lib/search-params'

export const metadata: Metadata = { title: 'Create an account' }

export default async function SignUpPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await searchParams
  const returnTo = safeReturnTo(single(query.returnTo))
  if (await getSession()) redirect(returnTo)
  return (
    <section className="sheet gate-sheet">
      <h1>Create an account</h1>
      <SignUpForm apiUrl={apiUrl()} returnTo={returnTo} problem={single(query.error)} />
      <SocialButtons base="/api/auth" returnTo={returnTo} />
      <p className="gate-switch">
        Already have one?{' '}
        <Link href={`/sign-in?returnTo=${encodeURIComponent(returnTo)}`}>Sign in</Link>
      </p>
    </section>
  )
}
