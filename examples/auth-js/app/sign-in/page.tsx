import { signInProblem } from '@countersign/next/auth-js-client'
import { safeReturnTo } from '@countersign/next/return-to'
import Link from 'next/link'
import { Gate } from '../../components/gate'
import { SignInForm } from '../../components/sign-in-form'
import { providerButtons } from '../../lib/providers'

export default async function SignInPage({ searchParams }: PageProps<'/sign-in'>) {
  const { error, code, returnTo } = await searchParams
  return (
    <Gate title="Sign in">
      <SignInForm
        buttons={providerButtons()}
        problem={signInProblem({ error, code })?.message}
        returnTo={safeReturnTo(returnTo, { fallback: '/tasks' })}
      />
      <p className="gate-switch">
        New here? <Link href="/sign-up">Create an account</Link>
      </p>
    </Gate>
  )
}
