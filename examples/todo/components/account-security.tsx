'use client'

import { ChangePasswordForm, SessionsList, TwoFactorSettings } from '@countersign/client/forms'
import { useSecondFactor } from '../hooks/use-second-factor'
import { useSignedIn } from '../hooks/use-signed-in'
import { formActions } from '../lib/form-actions'
import { LinkedAccounts } from './linked-accounts'

/** Password, second factor, linked accounts and devices of whoever is signed in. */
export function AccountSecurity({ email }: { email: string }) {
  const { apiUrl } = useSignedIn()
  const actions = formActions(apiUrl)
  const isOn = useSecondFactor()
  return (
    <>
      <section className="sheet account-part" aria-labelledby="password-title">
        <h2 id="password-title">Password</h2>
        <ChangePasswordForm actions={actions} email={email} />
      </section>
      {isOn !== undefined && (
        <section className="sheet account-part" aria-labelledby="factor-title">
          <h2 id="factor-title">Two-factor sign-in</h2>
          <TwoFactorSettings actions={actions} email={email} enabled={isOn} />
        </section>
      )}
      <LinkedAccounts />
      <div className="sheet account-part">
        <SessionsList actions={actions} />
      </div>
    </>
  )
}
