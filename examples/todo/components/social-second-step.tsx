'use client'

import { SecondFactorForm } from '@countersign/client/forms'
import { type ReactNode, useEffect, useState } from 'react'
import { formActions } from '../lib/form-actions'
import { leaveFor } from '../lib/leave'

interface SocialSecondStepProps {
  readonly apiUrl: string
  readonly returnTo: string
  /** The form for everybody else. */
  readonly children: ReactNode
}

/**
 * The second step for somebody whom a provider sent back: its challenge is in the fragment of the
 * address, which no server and no history keeps.
 */
export function SocialSecondStep({ apiUrl, returnTo, children }: SocialSecondStepProps) {
  const [challenge, setChallenge] = useState<string>()
  useEffect(() => {
    const found = new URLSearchParams(window.location.hash.slice(1)).get('challenge')
    if (!found) return
    window.history.replaceState(window.history.state, '', window.location.pathname)
    setChallenge(found)
  }, [])
  if (challenge === undefined) return children
  return (
    <SecondFactorForm
      actions={formActions(apiUrl)}
      challenge={challenge}
      onDone={() => leaveFor(returnTo)}
      onRestart={() => setChallenge(undefined)}
    />
  )
}
