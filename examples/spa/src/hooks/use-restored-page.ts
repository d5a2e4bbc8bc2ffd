import { useClient } from '@countersign/client/react'
import { useEffect } from 'react'

/** A page out of the back/forward cache shows nothing until its session is known to be there. */
export function useRestoredPage(): void {
  const client = useClient()
  useEffect(() => {
    const page = document.documentElement
    const show = () => page.removeAttribute('data-stale')
    const onPageShow = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return
      page.setAttribute('data-stale', '')
      client.refresh().then(show, show)
    }
    window.addEventListener('pageshow', onPageShow)
    return () => window.removeEventListener('pageshow', onPageShow)
  }, [client])
}
