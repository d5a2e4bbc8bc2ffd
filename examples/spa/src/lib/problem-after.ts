import type { ClientError, ClientState } from '@countersign/client'
import type { RequestProblem } from '../../../todo/lib/request-problem'

/** What kept somebody from being signed in; undefined if nothing did. */
export async function problemAfter(
  attempt: Promise<ClientState>,
): Promise<RequestProblem | undefined> {
  try {
    const { status } = await attempt
    // The account is there, but its address has to be confirmed first.
    return status === 'signed_in' ? undefined : { code: 'email_not_verified' }
  } catch (error) {
    const { code, retryAfterSeconds } = error as ClientError
    if (code === 'service_unavailable' && !navigator.onLine) return { code: 'network' }
    return { code, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) }
  }
}
