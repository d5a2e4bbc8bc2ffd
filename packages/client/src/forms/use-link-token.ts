import { useEffect, useState } from 'react'

/**
 * The one-time value behind "#token=" in the address, which is then taken out of it: no history, no
 * screenshot and no page that is linked to holds it. Undefined until it was looked for, null for none.
 */
export function useLinkToken(): string | null | undefined {
  const [token, setToken] = useState<string | null>()
  useEffect(() => {
    const { hash, pathname, search } = window.location
    const found = new URLSearchParams(hash.slice(1)).get('token')
    // In development effects run twice; the second time the address holds nothing any more.
    setToken((known) => found ?? known ?? null)
    if (found) window.history.replaceState(window.history.state, '', pathname + search)
  }, [])
  return token
}
