import { ActionError } from './action-error.js'

/** Longest wait for an answer, so that nothing spins forever. Milliseconds. */
const TIMEOUT_MS = 10_000

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: object
}

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Sends a request as our own pages do: JSON, or nothing and the header that forms of other sites
 * cannot send (`spec/protocol.md` section 5). Rejects with `ActionError`.
 */
export async function ask(url: string, { method = 'POST', body }: Question): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'X-Countersign': '1', ...(body && { 'Content-Type': 'application/json' }) },
    body: body ? JSON.stringify(body) : null,
    credentials: 'include',
    cache: 'no-store',
    redirect: 'error',
    keepalive: method !== 'GET',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined)
  if (!response) throw new ActionError('network')
  const answer = Object(await response.json().catch(() => undefined))
  if (response.ok) return { status: response.status, body: answer }
  const code = typeof answer.code === 'string' ? answer.code : codeOfStatus(response.status)
  const retryAfterSeconds = Number(response.headers.get('Retry-After')) || undefined
  throw new ActionError(code, { retryAfterSeconds })
}

function codeOfStatus(status: number): string {
  if (status === 429) return 'rate_limited'
  if (status === 404) return 'not_found'
  return status >= 502 && status <= 504 ? 'service_unavailable' : 'internal_error'
}
