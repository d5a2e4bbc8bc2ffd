/** Why a request of the browser failed, in the terms of problem+json. */
export interface RequestProblem {
  /** Code of the answer; `network` if there was none. */
  readonly code: string
  /** Reason of `session_ended`. */
  readonly reason?: string
  readonly retryAfterSeconds?: number
}

/** Longest wait for an answer, so that nothing spins forever. */
export const REQUEST_TIMEOUT_MS = 10_000

/** The problem in an answer that is not ok. */
export async function problemOf(response: Response): Promise<RequestProblem> {
  const body: unknown = await response.json().catch(() => undefined)
  const { code, reason } = (body ?? {}) as { code?: unknown; reason?: unknown }
  const retryAfter = Number(response.headers.get('Retry-After'))
  return {
    code: typeof code === 'string' ? code : codeOfStatus(response.status),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
  }
}

function codeOfStatus(status: number): string {
  if (status === 429) return 'rate_limited'
  return status === 502 || status === 503 || status === 504
    ? 'service_unavailable'
    : 'internal_error'
}
