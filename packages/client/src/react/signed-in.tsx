'use client'

import type { ReactNode } from 'react'
import { useSession } from './use-session.js'

/** Shows its children to whoever is signed in. What is secret belongs behind the API, not here. */
export function SignedIn({ children }: { readonly children?: ReactNode }): ReactNode {
  return useSession().status === 'signed_in' ? children : null
}
