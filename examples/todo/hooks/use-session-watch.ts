import { useEffect } from 'react'
import { browserClient } from '../lib/browser-client'
import { signInPath } from '../lib/return-to'

/** Leaves the private page when the session ends here or in another tab, or becomes someone else's. */
export function useSessionWatch(apiUrl: string, userId: string | undefined): void {
  useEffect(() => {
    const client = browserClient(apiUrl)
    const look = () => {
      const state = client.getState()
      if (state.status === 'signed_out') leave(state.reason)
      else if (state.status === 'signed_in' && userId && state.user.id !== userId) reload()
      else document.documentElement.removeAttribute('data-stale')
    }
    // A page out of the back/forward cache shows nothing until the session is known to be there.
    const onPageShow = (event: PageTransitionEvent) => {
      if (!event.persisted) return
      document.documentElement.setAttribute('data-stale', '')
      client.refresh().then(look, look)
    }
    look()
    const unsubscribe = client.subscribe(look)
    window.addEventListener('pageshow', onPageShow)
    return () => {
      unsubscribe()
      window.removeEventListener('pageshow', onPageShow)
    }
  }, [apiUrl, userId])
}

/** A real navigation: nothing of the private page stays in memory, or in sight until it is done. */
function leave(reason: string | undefined): void {
  document.documentElement.setAttribute('data-stale', '')
  const { pathname, search, hash } = window.location
  window.location.replace(signInPath(pathname + search + hash, reason ?? 'signed_out'))
}

function reload(): void {
  window.location.reload()
}
