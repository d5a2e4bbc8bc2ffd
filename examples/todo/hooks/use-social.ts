import { useEffect, useState } from 'react'
import { problemOf, REQUEST_TIMEOUT_MS } from '../lib/request-problem'
import { errorSentence } from '../lib/sentences'

interface Provider {
  readonly id: string
  readonly name: string
}

/** Providers that the auth server knows, and the way to them. `base` is the path of its routes. */
export function useSocial(base: string, returnTo: string) {
  const providers = useProviders(base)
  const [busy, setBusy] = useState<string>()
  const [message, setMessage] = useState<string>()

  // Whoever comes back by the button of the browser finds the page as it was left.
  useEffect(() => {
    const wake = () => setBusy(undefined)
    window.addEventListener('pageshow', wake)
    return () => window.removeEventListener('pageshow', wake)
  }, [])

  const begin = async (provider: string) => {
    if (busy) return
    setBusy(provider)
    setMessage(undefined)
    const { url, code } = await ask(`${base}/social/${provider}`, returnTo)
    if (url) return window.location.assign(url) // Busy until the page is gone.
    setBusy(undefined)
    setMessage(errorSentence(code))
  }
  return { providers, busy, message, begin }
}

function useProviders(base: string): readonly Provider[] {
  const [providers, setProviders] = useState<readonly Provider[]>([])
  useEffect(() => {
    const gone = new AbortController()
    fetch(`${base}/providers`, { signal: gone.signal })
      .then((answer) => (answer.ok ? answer.json() : { providers: [] }))
      .then((body: { providers: readonly Provider[] }) => setProviders(body.providers))
      // Without an answer there are no buttons; the form is there.
      .catch(() => {})
    return () => gone.abort()
  }, [base])
  return providers
}

async function ask(url: string, returnTo: string): Promise<{ url?: string; code?: string }> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      credentials: 'include',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ returnTo }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    if (!answer.ok) return { code: (await problemOf(answer)).code }
    const { url: next } = (await answer.json()) as { url: unknown }
    return /^https?:\/\//.test(String(next)) ? { url: String(next) } : {}
  } catch {
    return { code: 'network' }
  }
}
