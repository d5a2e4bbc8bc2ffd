/**
 * What a listener of the revocation feed knows, and whether it is up to date. It does no I/O:
 * `spec/vectors/feed.json` says what it must make of what arrives.
 * @module
 */
import { FEED_STALE_SECONDS } from '@countersign/core'
import { createDenyList, type Holder } from './deny-list.js'
import type { StreamFrame } from './event-parser.js'
import { readEvent, readObject, readSnapshot, type Snapshot } from './revocation-event.js'

/** An id is sent back in a header: visible ASCII, and not endless. */
const CURSOR = /^[\x21-\x7e]{1,256}$/

export interface FeedListenerOptions {
  readonly issuer: string
  readonly keepSeconds: number
  readonly maxEntries: number
  /** Current time in seconds. */
  readonly now: () => number
  /** The same clock in milliseconds. */
  readonly nowMs: () => number
}

export interface FeedListener {
  /** `live` from the first snapshot on, while the last frame is at most 15 s old. */
  readonly state: 'live' | 'stale'
  /** Age of the last frame that counted; infinite before the first snapshot. */
  readonly lagMs: number
  /** Where to resume. */
  readonly cursor: string | undefined
  readonly size: number
  denies(holder: Holder): boolean
  /** A frame of an event stream. Tells whether it could be read and its connection had begun. */
  frame(frame: StreamFrame): boolean
  /** The body of a long poll's answer. Tells whether it could be read. */
  answer(body: string): boolean
  /** The connection ended: the next one begins with a snapshot. */
  disconnect(): void
}

/** A listener that knows nothing yet. */
export function createFeedListener(options: FeedListenerOptions): FeedListener {
  const { issuer, nowMs } = options
  const denied = createDenyList(options)
  /** Whether a complete snapshot was ever heard, and whether this connection has sent its own. */
  let hasBase = false
  let hasBegun = false
  let cursor: string | undefined
  let lastFrameMs = Number.NEGATIVE_INFINITY

  // A clock that was set back makes the last frame lie ahead; that is as bad as an old one.
  const lagMs = () => Math.abs(nowMs() - lastFrameMs)

  function applySnapshot({ complete, revocations }: Snapshot): void {
    if (complete) denied.replace(revocations)
    else denied.add(revocations)
    hasBase ||= complete
    hasBegun = hasBase
  }

  /** Whether the connection has begun; then it is up to date as far as `id`. */
  function count(id: string): boolean {
    if (!hasBegun) return false
    if (id !== '') cursor = CURSOR.test(id) ? id : undefined
    lastFrameMs = nowMs()
    denied.prune()
    return true
  }

  function readFrame({ event, data }: StreamFrame): { readonly cursor: string } | undefined {
    if (event === 'revocation') {
      const revocations = readEvent(readObject(data), issuer)
      denied.add(revocations)
      return revocations.length > 0 ? { cursor: '' } : undefined
    }
    if (event === 'snapshot') {
      const snapshot = readSnapshot(data, issuer)
      if (snapshot) applySnapshot(snapshot)
      return snapshot
    }
    const beat = event === 'heartbeat' ? readObject(data) : undefined
    return beat && { cursor: typeof beat.cursor === 'string' ? beat.cursor : '' }
  }

  return {
    get state() {
      return lagMs() <= FEED_STALE_SECONDS * 1000 ? 'live' : 'stale'
    },
    get lagMs() {
      return lagMs()
    },
    get cursor() {
      return cursor
    },
    get size() {
      return denied.size
    },
    denies: denied.denies,
    frame(frame) {
      const read = readFrame(frame)
      return read !== undefined && count(frame.id || read.cursor)
    },
    answer(body) {
      const snapshot = readSnapshot(body, issuer)
      if (!snapshot) return false
      applySnapshot(snapshot)
      return count(snapshot.cursor)
    },
    disconnect() {
      hasBegun = false
    },
  }
}
