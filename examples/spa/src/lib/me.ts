/** Who the API takes the caller for. */
export interface Me {
  readonly email: string
  readonly role: string
  /** In seconds. */
  readonly expiresAt: number
}

/** Asks the API. Throws an error whose message can be shown. */
export async function loadMe(apiUrl: string, fetch: typeof globalThis.fetch): Promise<Me> {
  const response = await fetch(`${apiUrl}/api/v1/auth/me`).catch(() => undefined)
  if (response?.ok) return response.json()
  throw new Error(response ? 'It refused the request.' : 'It does not answer just now.')
}
