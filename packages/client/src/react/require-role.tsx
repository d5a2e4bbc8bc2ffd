'use client'

import type { ReactNode } from 'react'
import { useSession } from './use-session.js'

export interface RequireRoleProps {
  /** Any of them is enough; there is no hierarchy. */
  readonly roles: readonly string[]
  /** For everybody else, once it is known who is signed in. */
  readonly fallback?: ReactNode
  readonly children?: ReactNode
}

/** Shows its children to users of a role. It hides, it does not protect: the API has to check. */
export function RequireRole({ roles, fallback, children }: RequireRoleProps): ReactNode {
  const { status, user } = useSession()
  if (status === 'loading') return null
  return user && roles.includes(user.role) ? children : fallback
}
