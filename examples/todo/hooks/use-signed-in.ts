import { createContext, useContext } from 'react'

interface SignedIn {
  readonly apiUrl: string
  /** Origin of the routes below `/api/auth`; empty where the page's own server has them. */
  readonly authUrl: string
  readonly userId: string | undefined
}

export const SignedInContext = createContext<SignedIn>({
  apiUrl: '',
  authUrl: '',
  userId: undefined,
})

/** Who the page was made for, and where its servers are. */
export function useSignedIn(): SignedIn {
  return useContext(SignedInContext)
}
