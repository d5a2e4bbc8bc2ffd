import { ClientError } from './errors.js'
import type { Settings } from './options.js'
import type { Store } from './store.js'
import type { Tabs } from './tabs.js'

/** Longest wait for the sign-out route. Seconds. */
const TIMEOUT_SECONDS = 10

/**
 * Ends the session at the server, then here and in the other tabs: in this order, or a tab that
 * navigates at once would still be signed in. The token goes even when the server cannot be told;
 * then it rejects with `ClientError`.
 */
export async function signOut(
  settings: Settings,
  options: { store: Store; tabs: Tabs },
): Promise<void> {
  const { store, tabs } = options
  const code = await post(settings)
  store.end({ reason: 'signed_out' })
  tabs.shareEnd({ reason: 'signed_out' })
  if (code) throw new ClientError(code)
}

/** The code of a failure, if it fails. `keepalive` lets the request outlive the page. */
async function post(settings: Settings): Promise<string | undefined> {
  try {
    const response = await settings.runtime.fetch(settings.signOutUrl, {
      method: 'POST',
      headers: { 'X-Countersign': '1' },
      credentials: 'same-origin',
      keepalive: true,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
    })
    if (response.ok) return undefined
    const { code } = Object(await response.json()) as { code?: unknown }
    return typeof code === 'string' ? code : 'service_unavailable'
  } catch {
    return 'service_unavailable'
  }
}
