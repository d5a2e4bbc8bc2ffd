import { useEffect, useState } from 'react'

/**
 * What opens the second step of a sign-in: it comes with the answer to a password or, from a provider,
 * in the fragment of the address, which no server sees. The address forgets it.
 */
export function useChallenge() {
  const state = useState(challengeInAddress)
  useEffect(() => {
    if (challengeInAddress() === undefined) return
    const { pathname, search } = window.location
    window.history.replaceState(window.history.state, '', pathname + search)
  }, [])
  return state
}

function challengeInAddress(): string | undefined {
  return new URLSearchParams(window.location.hash.slice(1)).get('challenge') ?? undefined
}
