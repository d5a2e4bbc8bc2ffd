import { useEffect, useState } from 'react'
import { SOCIAL_ERRORS } from '../../../todo/lib/social-errors'

/** Why a provider sent somebody back without a session. It is said once: the address forgets it. */
export function useSocialProblem(): string | undefined {
  const [problem] = useState(() => {
    const error = new URLSearchParams(window.location.search).get('error')
    return error === null ? undefined : (SOCIAL_ERRORS[error] ?? SOCIAL_ERRORS.sign_in_failed)
  })
  useEffect(() => {
    const url = new URL(window.location.href)
    if (!url.searchParams.has('error')) return
    url.searchParams.delete('error')
    window.history.replaceState(window.history.state, '', url)
  }, [])
  return problem
}
