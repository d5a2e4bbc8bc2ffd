import type { Metadata } from 'next'
import { AccountSecurity } from '../../../components/account-security'
import { SignedInPerson } from '../../../components/signed-in-person'
import { protect } from '../../../lib/auth'

export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const { user } = await protect()
  return (
    <>
      <div className="page-title">
        <h1>Account</h1>
        <p className="task-count">How you sign in, and where</p>
      </div>
      <section className="sheet facts" aria-label="You">
        <SignedInPerson />
      </section>
      <AccountSecurity email={user.email} />
    </>
  )
}
