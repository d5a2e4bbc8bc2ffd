'use client'

import type { Act } from '../hooks/use-user'
import type { UserDetail } from '../lib/admin'
import { ConfirmedButton } from './confirmed-button'

interface UserPasswordProps {
  readonly user: UserDetail['user']
  readonly act: Act
}

/** Takes the password of a user away, who is signed out everywhere and gets a link to a new one. */
export function UserPassword({ user, act }: UserPasswordProps) {
  const done = `${user.email} is signed out and gets a link to a new password.`
  return (
    <section className="sheet admin-sheet" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      {user.hasPassword ? (
        <ConfirmedButton
          label="Force a new password"
          question={`Yes, take the password of ${user.email} away`}
          onConfirm={() => act({ method: 'POST', path: '/reset-password', done })}
        />
      ) : (
        <p>There is none.</p>
      )}
    </section>
  )
}
