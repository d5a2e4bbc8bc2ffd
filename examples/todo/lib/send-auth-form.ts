import { type AuthAction, accountIn } from './auth-form'
import { browserClient } from './browser-client'
import { problemOf, REQUEST_TIMEOUT_MS, type RequestProblem } from './request-problem'

interface Sending {
  readonly action: AuthAction
  readonly apiUrl: string
  readonly returnTo: string
}

/** Sends a form and enters; what went wrong if that failed. */
export async function sendAuthForm(
  form: FormData,
  { action, apiUrl, returnTo }: Sending,
): Promise<RequestProblem | undefined> {
  try {
    const response = await fetch(`/api/auth/${action}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(accountIn(form)),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    if (!response.ok) return problemOf(response)
    enter(apiUrl, await response.json(), returnTo)
  } catch {
    return { code: 'network' }
  }
}

/**
 * Tells the other tabs who is signed in now, then leaves with a real navigation. The part of the
 * address after "#" never reached the server, but came along with its redirects.
 */
function enter(apiUrl: string, session: unknown, returnTo: string): void {
  browserClient(apiUrl).adopt(session)
  const hash = returnTo.includes('#') ? '' : window.location.hash
  window.location.replace(returnTo + hash)
}
