import type { Settings } from './options.js'
import { marginSeconds, type Refresh, type Wish } from './refresh.js'
import type { Wake } from './runtime.js'
import { type HeldToken, remainingSeconds, type Store } from './store.js'

/** Wait after a failure, doubled each time. Seconds. */
const FIRST_RETRY_SECONDS = 5
const LAST_RETRY_SECONDS = 60

/** Lifetime for which `jitterSeconds` is meant; shorter lives get their share. Seconds. */
const USUAL_LIFETIME_SECONDS = 900

/** Refreshes before the token runs out, while the tab is visible. */
export interface Schedule {
  /** Asks for the first time and keeps the token fresh from then on. */
  readonly start: () => void
  /** Looks at the clock again, after a token came by another way. */
  readonly arm: () => void
  readonly stop: () => void
}

export function createSchedule(parts: {
  settings: Settings
  store: Store
  refresh: Refresh
}): Schedule {
  const { settings, store, refresh } = parts
  const { runtime } = settings
  const plan = createPlan(settings)
  let failures = 0
  let cancel = () => {}
  let stopListening = () => {}

  const after = (seconds: number) => {
    cancel()
    cancel = runtime.setTimer(look, seconds)
  }
  const arm = () => {
    const token = store.current()
    if (token) after(plan(token))
  }
  /** The token may have been replaced since the timer was set, and the tab hidden. */
  const look = () => {
    const token = store.current()
    if (!runtime.isVisible() || store.state().status === 'signed_out') return
    if (token && plan(token) > 0) arm()
    else attempt({ not: token?.tokenId })
  }
  const attempt = (wish: Wish) => {
    cancel()
    refresh(wish).then(succeeded, failed)
  }
  const succeeded = () => {
    failures = 0
    arm()
  }
  const failed = (error: { retryAfterSeconds?: number }) => {
    const backoff = Math.min(FIRST_RETRY_SECONDS * 2 ** failures, LAST_RETRY_SECONDS)
    failures += 1
    after(error.retryAfterSeconds ?? backoff)
  }
  /** A page out of the back/forward cache may show a session that ended while it was away. */
  const wake = (why: Wake) => (why === 'restored' ? attempt({ anew: true }) : look())

  return {
    start: () => {
      stopListening = runtime.onWake(wake)
      attempt({})
    },
    arm,
    stop: () => {
      cancel()
      stopListening()
    },
  }
}

/**
 * Tells in how many seconds a token is due: at a random moment before its margin, drawn once per
 * token, or at once inside the margin. Never twice within a twentieth of its life, so that a server
 * that keeps answering old tokens is not asked in a loop.
 */
function createPlan(settings: Settings): (token: HeldToken) => number {
  const { runtime, jitterSeconds } = settings
  let drawn: { tokenId: string; at: number; earliest: number } | undefined
  return (token) => {
    const now = runtime.now()
    const untilMargin = remainingSeconds(token, runtime) - marginSeconds(token)
    if (drawn?.tokenId !== token.tokenId) {
      const share = Math.min(1, token.lifetimeSeconds / USUAL_LIFETIME_SECONDS)
      const early = runtime.random() * jitterSeconds * share
      const earliest = drawn ? now + token.lifetimeSeconds / 20 : now
      drawn = { tokenId: token.tokenId, at: now + untilMargin - early, earliest }
    }
    const at = untilMargin <= 0 ? drawn.earliest : Math.max(drawn.at, drawn.earliest)
    return Math.max(0, at - now)
  }
}
