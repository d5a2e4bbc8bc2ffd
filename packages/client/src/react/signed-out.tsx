'use client'

import type { ReactNode } from 'react'
import { useSession } from './use-session.js'

/** Shows its children to whoever is not signed in, once that is known. */
export function SignedOut({ children }: { readonly children?: ReactNode }): ReactNode {
  return useSession().status === 'signed_out' ? children : null
}
