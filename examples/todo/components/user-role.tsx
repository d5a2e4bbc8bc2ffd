'use client'

import type { Act } from '../hooks/use-user'
import type { ListedUser } from '../lib/admin'
import { ConfirmedButton } from './confirmed-button'

interface UserRoleProps {
  readonly user: ListedUser
  readonly act: Act
}

/** The role, which an application's APIs go by within a second. */
export function UserRole({ user, act }: UserRoleProps) {
  const role = user.role === 'admin' ? 'user' : 'admin'
  return (
    <section className="sheet admin-sheet" aria-labelledby="role-title">
      <h2 id="role-title">Role</h2>
      <p>
        <span className="badge">{user.role}</span>
      </p>
      <ConfirmedButton
        key={role}
        label={`Make ${role}`}
        question={`Yes, make ${user.email} ${role}`}
        onConfirm={() =>
          act({ method: 'PATCH', body: { role }, done: `${user.email} is ${role} now.` })
        }
      />
    </section>
  )
}
