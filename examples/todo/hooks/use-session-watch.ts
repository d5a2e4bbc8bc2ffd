import type { ClientState } from '@countersign/client'
import { useClient, useSession } from '@countersign/client/react'
import { useEffect } from 'react'
import { signInPath } from '../lib/return-to'

/** Leaves the private page when the session ends here or in another tab, or becomes someone else's. */
export function useSessionWatch(userId: string | undefined): void {
  const client = useClient()
  const session = useSession()

  useEffect(() => follow(session, userId), [session, userId])

  // A page out of the back/forward cache shows nothing until the session is known to be there.
  useEffect(() => {
    const look = () => follow(client.getState(), userId)
    const onPageShow = (event: PageTransitionEvent) => {
      if (!event.persisted) return
      document.documentElement.setAttribute('data-stale', '')
      client.refresh().then(look, look)
    }
    window.addEventListener('pageshow', onPageShow)
    return () => window.removeEventListener('pageshow', onPageShow)
  }, [client, userId])
}

function follow(session: ClientState, userId: string | undefined): void {
  if (session.status === 'signed_out') leave(session.reason)
  else if (session.user && userId && session.user.id !== userId) window.location.reload()
  else document.documentElement.removeAttribute('data-stale')
}

/** A real navigation: nothing of the private page stays in memory, or in sight until it is done. */
function leave(reason: string | undefined): void {
  document.documentElement.setAttribute('data-stale', '')
  const { pathname, search, hash } = window.location
  window.location.replace(signInPath(pathname + search + hash, reason ?? 'signed_out'))
}
