import { problemOf, REQUEST_TIMEOUT_MS, type RequestProblem } from './request-problem'

/** An answer of an account route, or why there is none. */
export type AccountAnswer<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: RequestProblem }

/** Asks an account route of this application as whoever is signed in; `path` is below `/api/auth`. */
export async function askAccount<T>(
  path: string,
  { method = 'GET', body }: { readonly method?: string; readonly body?: object } = {},
): Promise<AccountAnswer<T>> {
  try {
    const response = await fetch(`/api/auth${path}`, {
      method,
      headers: { 'X-Countersign': '1', ...(body && { 'Content-Type': 'application/json' }) },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    if (!response.ok) return { problem: await problemOf(response) }
    return { value: (response.status === 204 ? undefined : await response.json()) as T }
  } catch {
    return { problem: { code: 'network' } }
  }
}
