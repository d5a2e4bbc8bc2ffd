'use client'

import { useEffect, useState } from 'react'
import { browserClient } from '../lib/browser-client'
import { tokenEnd } from '../lib/token-end'
import { LocalTime } from './local-time'
import { useSignedIn } from './session-watch'

/** When the access token runs out; follows the token as this tab renews it. */
export function AccessTokenEnd({ seconds }: { seconds: number }) {
  const { apiUrl } = useSignedIn()
  const [end, setEnd] = useState(seconds)

  useEffect(() => {
    const look = async () => {
      const token = await browserClient(apiUrl)
        .getAccessToken()
        .catch(() => null)
      const found = token && tokenEnd(token)
      if (found) setEnd(found)
    }
    look()
    const timer = setInterval(look, 15_000)
    return () => clearInterval(timer)
  }, [apiUrl])

  return <LocalTime seconds={end} />
}
