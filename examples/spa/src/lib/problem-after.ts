import type { ClientError } from '@countersign/client'
import type { RequestProblem } from '../../../todo/lib/request-problem'

/** The account is there, but its address has to be confirmed first. */
export const UNCONFIRMED: RequestProblem = { code: 'email_not_verified' }

/** What kept somebody from being signed in; undefined if nothing did. */
export async function problemAfter(
  attempt: Promise<RequestProblem | undefined>,
): Promise<RequestProblem | undefined> {
  try {
    return await attempt
  } catch (error) {
    const { code, retryAfterSeconds } = error as ClientError
    if (code === 'service_unavailable' && !navigator.onLine) return { code: 'network' }
    return { code, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) }
  }
}
