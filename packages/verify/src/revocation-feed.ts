/**
 * Listens to the revocation feed for as long as the verifier lives: connects, resumes, gives up on
 * silence, tries again.
 * @module
 */
import { FEED_STALE_SECONDS } from '@countersign/core'
import type { Holder } from './deny-list.js'
import { type FeedOutcome, listenOnce } from './feed-connection.js'
import { createFeedListener, type FeedListenerOptions } from './feed-listener.js'
import { createFeedNotices } from './feed-notices.js'
import type { Fetch } from './options.js'
import type { WarningListener } from './warnings.js'

const MIN_RETRY_MS = 500
const MAX_RETRY_MS = 10_000
/** A server that answers long polls at once is not asked more often than this. */
const MIN_POLL_MS = 500

/** How well a verifier knows what was revoked. */
export interface FeedStatus {
  /** `stale` before the first snapshot, and when the last frame is older than 15 s. */
  readonly state: 'live' | 'stale'
  /** Age of the last frame in milliseconds; `Infinity` before the first snapshot. */
  readonly lagMs: number
}

export interface RevocationFeedOptions extends FeedListenerOptions {
  readonly url: string
  /** The whole value of the header. */
  readonly authorization: string
  readonly transport: 'stream' | 'poll'
  readonly fetch: Fetch
  readonly warn: WarningListener
  /** Pause before the next connection, after so many failures in a row. */
  readonly retryMs?: (failures: number) => number
  /** A connection that says nothing for so long is dead. */
  readonly timeoutMs?: number
}

export interface RevocationFeed extends FeedStatus {
  denies(holder: Holder): boolean
  /** Resolves as soon as the feed is live. */
  whenLive(): Promise<void>
  close(): void
}

/** A feed that listens from now on. It keeps no process alive. */
export function createRevocationFeed(options: RevocationFeedOptions): RevocationFeed {
  const { url, warn, transport, retryMs = jitteredBackOff } = options
  const listener = createFeedListener(options)
  const notice = createFeedNotices({ url, listener, warn })
  const closing = new AbortController()
  const waiting = new Set<() => void>()

  function onHeard(): void {
    notice()
    for (const resolve of waiting) resolve()
    waiting.clear()
  }

  async function run(): Promise<void> {
    const { authorization, fetch, timeoutMs = FEED_STALE_SECONDS * 1000 } = options
    const connection = { url, authorization, fetch, timeoutMs, listener, onHeard }
    let polling = transport === 'poll'
    let failures = 0
    while (!closing.signal.aborted) {
      const start = performance.now()
      const outcome = await listenOnce({ ...connection, polling, closing: closing.signal })
      if (closing.signal.aborted) return
      notice(outcome.cause)
      failures = outcome.heard ? 0 : failures + 1
      polling = transport === 'poll' || isBetterPolled(outcome)
      const isAnswer = outcome.heard && outcome.answered
      const restMs = MIN_POLL_MS - (performance.now() - start)
      await pause(isAnswer ? restMs : retryMs(failures), closing.signal)
    }
  }

  void run()
  return {
    get state() {
      if (closing.signal.aborted) return 'stale'
      notice()
      return listener.state
    },
    get lagMs() {
      return listener.lagMs
    },
    denies: listener.denies,
    whenLive() {
      if (listener.state === 'live') return Promise.resolve()
      return new Promise((resolve) => waiting.add(resolve))
    },
    close: () => closing.abort(),
  }
}

/** A stream that opens and stays silent may be held back by a proxy; an answer gets through. */
function isBetterPolled({ heard, answered, heldBack }: FeedOutcome): boolean {
  return heldBack || (heard && answered)
}

/** 0.5 to 1 s after a good connection, up to 10 s after several failures, never in step with others. */
export function jitteredBackOff(failures: number): number {
  const longest = Math.min(MAX_RETRY_MS, 2 * MIN_RETRY_MS * 2 ** failures)
  return MIN_RETRY_MS + Math.random() * (longest - MIN_RETRY_MS)
}

function pause(ms: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      closing.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.max(0, ms)).unref()
    closing.addEventListener('abort', end)
  })
}
