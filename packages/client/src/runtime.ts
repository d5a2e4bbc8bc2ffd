/** What tabs talk through: a `BroadcastChannel`. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'close'>

/** Part of the Web Locks API. */
export interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, run: () => Promise<T>): Promise<T>
}

/** Everything the client takes from its surroundings. What is absent there is done without. */
export interface Runtime {
  readonly fetch: typeof globalThis.fetch
  /** A clock that never jumps. Seconds. */
  readonly now: () => number
  /** The clock of the computer, which goes on while it sleeps. Seconds. */
  readonly wallNow: () => number
  /** A number from 0 (included) to 1. */
  readonly random: () => number
  /** Aborts after that time. Serves as timer, too. */
  readonly timeout: (seconds: number) => AbortSignal
  readonly openChannel: (name: string, receive: (message: unknown) => void) => Channel | undefined
  readonly locks: Locks | undefined
  /** Callers share a question that is under way. Only a test may want each to ask for itself. */
  readonly singleFlight: boolean
  readonly isVisible: () => boolean
  /** Tells when the tab may have slept, and whether in the back/forward cache; returns how to stop. */
  readonly onWake: (listener: (isRestored: boolean) => void) => () => void
}

/**
 * The surroundings of this page. Node has `BroadcastChannel` and `navigator.locks` too, but no tabs
 * to share a session with, so there they are left alone.
 */
export function pageRuntime(): Runtime {
  const { document, BroadcastChannel } = globalThis as Partial<typeof globalThis>
  return {
    fetch: (...request) => fetch(...request),
    now: () => performance.now() / 1000,
    wallNow: () => Date.now() / 1000,
    random: Math.random,
    timeout: (seconds) => AbortSignal.timeout(Math.ceil(seconds * 1000)),
    openChannel: (name, receive) => {
      const channel = document && BroadcastChannel && new BroadcastChannel(name)
      if (channel) channel.onmessage = ({ data }) => receive(data)
      return channel
    },
    locks: document && (navigator.locks as Locks | undefined),
    singleFlight: true,
    isVisible: () => document?.hidden === false,
    onWake: (listener) => {
      // An AbortController is an options object with the `signal` that ends the listening.
      const stop = new AbortController()
      const wake = (event: Event) => listener((event as PageTransitionEvent).persisted)
      // `visibilitychange` of the document bubbles up to the window.
      for (const type of document ? ['visibilitychange', 'pageshow', 'online'] : []) {
        addEventListener(type, wake, stop)
      }
      return () => stop.abort()
    },
  }
}

/**
 * Seconds since now. `performance.now()` stands still while some computers sleep, and the clock of
 * the computer may be set back: the later of the two counts.
 */
export function stopwatch({ now, wallNow }: Runtime): () => number {
  const [start, wallStart] = [now(), wallNow()]
  return () => Math.max(now() - start, wallNow() - wallStart)
}
