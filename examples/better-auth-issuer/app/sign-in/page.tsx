import Link from 'next/link'
import { Gate } from '../../../better-auth-manager/components/gate'
import { SignInForm } from '../../components/sign-in-form'

export default function SignInPage() {
  return (
    <Gate title="Sign in">
      <SignInForm />
      <p className="gate-switch">
        New here? <Link href="/sign-up">Create an account</Link>
      </p>
    </Gate>
  )
}
