/** What tabs talk through: a `BroadcastChannel`. */
export interface Channel {
  readonly post: (message: unknown) => void
  readonly close: () => void
}

/** Part of the Web Locks API. */
export interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, run: () => Promise<T>): Promise<T>
}

/** Why a tab may have slept: it became visible, came out of the back/forward cache, or is online again. */
export type Wake = 'visible' | 'restored' | 'online'

/** Everything the client takes from its surroundings. What is absent there is done without. */
export interface Runtime {
  readonly fetch: typeof globalThis.fetch
  /** A clock that never jumps. Seconds. */
  readonly now: () => number
  /** The clock of the computer, which goes on while it sleeps. Seconds. */
  readonly wallNow: () => number
  /** A number from 0 (included) to 1. */
  readonly random: () => number
  /** Runs later; returns how to prevent it. */
  readonly setTimer: (run: () => void, seconds: number) => () => void
  readonly openChannel: (name: string, receive: (message: unknown) => void) => Channel | undefined
  readonly locks: Locks | undefined
  readonly isVisible: () => boolean
  /** Tells when a tab may have slept; returns how to stop listening. */
  readonly onWake: (listener: (wake: Wake) => void) => () => void
}

/** Longest delay of `setTimeout`; a longer one would fire at once. Seconds. */
const MAX_TIMER_SECONDS = 2_147_483

/** The surroundings of this page. In plain Node there are no channels, no locks and no visibility. */
export function pageRuntime(): Runtime {
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => performance.now() / 1000,
    wallNow: () => Date.now() / 1000,
    random: Math.random,
    setTimer: (run, seconds) => {
      const timer = setTimeout(run, Math.min(seconds, MAX_TIMER_SECONDS) * 1000)
      return () => clearTimeout(timer)
    },
    openChannel,
    locks: hasPage() ? (navigator.locks as Locks | undefined) : undefined,
    isVisible: () => hasPage() && document.visibilityState === 'visible',
    onWake,
  }
}

/** Node has `BroadcastChannel` and `navigator.locks` too, but no tabs to share a session with. */
function hasPage(): boolean {
  return typeof document !== 'undefined'
}

function openChannel(name: string, receive: (message: unknown) => void): Channel | undefined {
  if (!hasPage() || typeof BroadcastChannel === 'undefined') return undefined
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }) => receive(data)
  return { post: (message) => channel.postMessage(message), close: () => channel.close() }
}

function onWake(listener: (wake: Wake) => void): () => void {
  if (!hasPage()) return () => {}
  const stop = new AbortController()
  const { signal } = stop
  const whenVisible = () => document.visibilityState === 'visible' && listener('visible')
  document.addEventListener('visibilitychange', whenVisible, { signal })
  window.addEventListener('pageshow', (event) => event.persisted && listener('restored'), {
    signal,
  })
  window.addEventListener('online', () => listener('online'), { signal })
  return () => stop.abort()
}
