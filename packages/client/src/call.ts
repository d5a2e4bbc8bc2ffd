import { ClientError } from './errors.js'
import type { Settings } from './options.js'

/** Longest wait for an answer. Seconds. */
const TIMEOUT_SECONDS = 10

/**
 * Posts to the token route or the auth server, or to `route` next to it, and resolves to the body of
 * the answer, if it has one. Always with the header that forms of other sites cannot send
 * (`spec/protocol.md` section 5), and outliving the page, so that no cookie of an answer is lost.
 *
 * Rejects with `ClientError`.
 */
export async function call(
  { fetch, timeout, tokenUrl }: Settings,
  { route, body }: { route?: 'login' | 'signup' | 'logout'; body?: object | undefined },
): Promise<unknown> {
  const response = await fetch(route ? tokenUrl.replace(/[^/]*$/, route) : tokenUrl, {
    method: 'POST',
    headers: { 'X-Countersign': '1', ...(body && { 'Content-Type': 'application/json' }) },
    body: JSON.stringify(body),
    credentials: 'include',
    redirect: 'error',
    keepalive: true,
    signal: timeout(TIMEOUT_SECONDS),
  }).catch(() => undefined)
  const answer = await response?.json().catch(() => undefined)
  if (response?.ok) return answer
  const { code, reason } = Object(answer) as Partial<Record<string, string>>
  throw new ClientError(code, {
    reason,
    retryAfterSeconds: Number(response?.headers.get('retry-after')) || undefined,
  })
}
