'use client'

import { useSession } from '@countersign/client/react'

/** Name, address and role; follows the session, so a change of role shows at the next refresh. */
export function SignedInPerson() {
  const { user } = useSession()
  if (!user) return null
  return (
    <div className="facts-who">
      <span className="avatar" aria-hidden="true">
        {(user.name || user.email).slice(0, 1).toUpperCase()}
      </span>
      <p>
        <strong>{user.name || user.email}</strong>
        {user.name && <span>{user.email}</span>}
      </p>
      <span className="badge">{user.role}</span>
    </div>
  )
}
