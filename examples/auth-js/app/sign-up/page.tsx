import Link from 'next/link'
import { Gate } from '../../components/gate'
import { SignUpForm } from '../../components/sign-up-form'

export default function SignUpPage() {
  return (
    <Gate title="Create an account">
      <SignUpForm />
      <p className="gate-switch">
        Already have one? <Link href="/sign-in">Sign in</Link>
      </p>
    </Gate>
  )
}
