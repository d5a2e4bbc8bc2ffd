'use client'

import { useClient } from '@countersign/client/react'
import { useEffect, useState } from 'react'
import { tokenEnd } from '../lib/token-end'
import { LocalTime } from './local-time'

/** When the access token runs out; follows the token as this tab renews it. */
export function AccessTokenEnd({ seconds }: { seconds?: number }) {
  const client = useClient()
  const [end, setEnd] = useState(seconds)

  useEffect(() => {
    const look = async () => {
      const token = await client.getAccessToken().catch(() => null)
      const found = token && tokenEnd(token)
      if (found) setEnd(found)
    }
    look()
    const timer = setInterval(look, 15_000)
    return () => clearInterval(timer)
  }, [client])

  return end === undefined ? '…' : <LocalTime seconds={end} />
}
