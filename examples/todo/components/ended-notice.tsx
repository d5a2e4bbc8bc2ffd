'use client'

import { useEffect, useState } from 'react'
import { browserClient } from '../lib/browser-client'
import { endSentence } from '../lib/sentences'

interface EndedNoticeProps {
  readonly apiUrl: string
  readonly returnTo: string
  /** Why, as far as the page that sent the visitor here knew. */
  readonly reason: string | undefined
  /** Whether a page sent the visitor here at all. */
  readonly wasSent: boolean
}

/**
 * Says why the visitor has to sign in again. A page that finds no session cannot tell whether one
 * has just ended; the token route can, and clears away what is left of it.
 */
export function EndedNotice({ apiUrl, returnTo, reason, wasSent }: EndedNoticeProps) {
  const [found, setFound] = useState<string>()
  useEffect(() => {
    if (reason || !wasSent) return
    const client = browserClient(apiUrl)
    const look = () => {
      const state = client.getState()
      if (state.status === 'signed_in') window.location.replace(returnTo)
      if (state.status === 'signed_out') setFound(state.reason)
    }
    client.refresh().then(look, () => {})
  }, [apiUrl, returnTo, reason, wasSent])

  const sentence = endSentence(reason ?? found)
  return (
    <p className="notice" role="status" hidden={!sentence}>
      {sentence}
    </p>
  )
}
