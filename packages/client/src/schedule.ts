import type { ClientError } from './errors.js'
import type { Settings } from './options.js'
import type { Refresh, Wish } from './refresh.js'
import type { HeldToken, Store } from './store.js'

/** Wait after a failure, doubled each time. Seconds. */
const FIRST_RETRY_SECONDS = 5
const LAST_RETRY_SECONDS = 60

/** Lifetime for which `jitterSeconds` is meant; shorter lives get their share. Seconds. */
const USUAL_LIFETIME_SECONDS = 900

/**
 * Asks for a token, and refreshes it before it runs out while the tab is visible: at a random
 * moment before its margin. Returns how to stop.
 */
export function startSchedule(
  settings: Settings,
  { store, refresh }: { store: Store; refresh: Refresh },
): () => void {
  let failures = 0
  let timer: AbortSignal | undefined

  const cancel = () => {
    if (timer) timer.onabort = null
  }
  const after = (seconds: number) => {
    cancel()
    timer = settings.timeout(seconds)
    timer.onabort = look
  }
  const dueSeconds = (token: HeldToken): number => {
    const share = Math.min(1, token.lifetime / USUAL_LIFETIME_SECONDS)
    const early = token.luck * settings.jitterSeconds * share
    return token.remaining() - token.margin - early
  }
  /** The token may have been replaced since the timer was set, and the tab hidden. */
  const look = () => {
    const { token, state } = store
    if (!settings.isVisible() || state.status === 'signed_out') return
    // After a failure there may be news that a valid token knows nothing of.
    const seconds = token && !failures ? dueSeconds(token) : 0
    if (seconds > 0) after(seconds)
    else attempt({ not: token?.accessToken })
  }
  const attempt = (wish: Wish) => {
    cancel()
    refresh(wish).then(succeeded, failed)
  }
  /** Never twice within a twentieth of a life, in case that every answer is already old. */
  const succeeded = (token: HeldToken | null) => {
    failures = 0
    if (token) after(Math.max(token.lifetime / 20, dueSeconds(token)))
  }
  const failed = ({ retryAfterSeconds }: ClientError) => {
    const backoff = Math.min(FIRST_RETRY_SECONDS * 2 ** failures, LAST_RETRY_SECONDS)
    failures += 1
    after(retryAfterSeconds ?? backoff)
  }

  // A page out of the back/forward cache may show a session that ended while it was away.
  const stopListening = settings.onWake((isRestored) =>
    isRestored ? attempt({ anew: true }) : look(),
  )
  // A sign-in may come from another tab, after this one has stopped looking.
  const unsubscribe = store.subscribe(look)
  attempt({})
  return () => {
    cancel()
    stopListening()
    unsubscribe()
  }
}
