import { useClient, useSession } from '@countersign/client/react'
import { useCallback, useEffect, useState } from 'react'

/**
 * Signing out, and whether the auth server could not be told of it. Then no tab has a token any more,
 * but the cookie is still there, and the next page would be signed in.
 */
export function useSignOut() {
  const client = useClient()
  const { status } = useSession()
  const [isUntold, setIsUntold] = useState(false)
  useEffect(() => {
    if (status === 'signed_in') setIsUntold(false)
  }, [status])

  const signOut = useCallback(async () => {
    await client.signOut().then(
      () => setIsUntold(false),
      () => setIsUntold(true),
    )
  }, [client])
  return { signOut, isUntold }
}
