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
  const { issuer } = options
  const denied = createDenyList(options)
  const progress = createProgress(options.nowMs)

  function applySnapshot({ complete, revocations }: Snapshot): void {
    if (complete) denied.replace(revocations)
    else denied.add(revocations)
    progress.begin(complete)
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
      return progress.lagMs() <= FEED_STALE_SECONDS * 1000 ? 'live' : 'stale'
    },
    get lagMs() {
      return progress.lagMs()
    },
    get cursor() {
      return progress.cursor()
    },
    get size() {
      return denied.size
    },
    denies: denied.denies,
    frame(frame) {
      denied.prune()
      const read = readFrame(frame)
      return read !== undefined && progress.count(frame.id || read.cursor)
    },
    answer(body) {
      const snapshot = readSnapshot(body, issuer)
      if (!snapshot) return false
      applySnapshot(snapshot)
      return progress.count(snapshot.cursor)
    },
    disconnect: progress.end,
  }
}

/** How far a listener is, and since when. */
function createProgress(nowMs: () => number) {
  /** Whether a complete snapshot was ever heard, and whether this connection has sent its own. */
  let hasBase = false
  let hasBegun = false
  let cursor: string | undefined
  let lastFrameMs = Number.NEGATIVE_INFINITY

  return {
    cursor: () => cursor,
    /** A clock that was set back makes the last frame lie ahead; that is as bad as an old one. */
    lagMs: () => Math.abs(nowMs() - lastFrameMs),
    begin(complete: boolean): void {
      hasBase ||= complete
      hasBegun = hasBase
    },
    /** Whether the connection has begun; then it is up to date as far as `id`. */
    count(id: string): boolean {
      if (!hasBegun) return false
      if (id !== '') cursor = CURSOR.test(id) ? id : undefined
      lastFrameMs = nowMs()
      return true
    },
    end(): void {
      hasBegun = false
    },
  }
}
