import { FEED_HEARTBEAT_SECONDS } from '@countersign/core'
import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import { ProblemError } from '../http/problem-error.js'
import { frame, heartbeatJson, newsFrames, snapshotJson } from './frames.js'
import type { Messenger } from './messenger.js'
import { createRevocationLog, LATEST_COMMIT_SECONDS } from './revocation-log.js'
import { LAST, READ, type RevocationRow } from './revocation-rows.js'
import { newestId, type Watch, watchRevocations } from './watch-revocations.js'

const HUB_TIMES = {
  /** A little more often than promised. */
  heartbeatMs: FEED_HEARTBEAT_SECONDS * 1000 - 500,
  /** Who has not seen the table for this long does not say that all is well. */
  blindMs: 5_000,
  /** How long a hub without subscribers stays awake. */
  lingerMs: 60_000,
}

/** Hears the feed. All subscribers share the bytes: nobody may write into them. */
export interface Subscriber {
  news(frames: Uint8Array): void
  heartbeat(frame: Uint8Array): void
  /** The process stops; there is nothing more to hear. */
  end(): void
}

export interface HubOptions {
  readonly database: Database
  readonly messenger: Messenger
  readonly issuer: string
  /** How long tokens live that a revocation may concern, in seconds. */
  readonly keepSeconds: number
  readonly log: Logger
  readonly times?: Partial<typeof HUB_TIMES>
}

/** The one reader of `countersign_revocations` in this process, for all who subscribe to it. */
export type RevocationHub = ReturnType<typeof createRevocationHub>

export function createRevocationHub(options: HubOptions) {
  const { database, messenger, issuer } = options
  const { heartbeatMs, blindMs, lingerMs } = { ...HUB_TIMES, ...options.times }
  const keepSeconds = options.keepSeconds + LATEST_COMMIT_SECONDS
  const known = createRevocationLog({ issuer, keepSeconds, now: () => performance.now() / 1000 })
  const subscribers = new Set<Subscriber>()
  let watching: Promise<Watch> | undefined
  let linger: NodeJS.Timeout | undefined
  let closed = false

  const onRows = (rows: readonly RevocationRow[]): void => {
    const before = known.cursor()
    const events = known.add(rows)
    if (events.length === 0) return
    const frames = Buffer.from(newsFrames(events, before, known.cursor()))
    for (const subscriber of subscribers) subscriber.news(frames)
  }

  const beat = (watch: Watch): void => {
    if (watch.blindSeconds() * 1000 > blindMs) return
    const cursor = known.cursor()
    const bytes = Buffer.from(frame('heartbeat', cursor, heartbeatJson(cursor, seconds())))
    for (const subscriber of subscribers) subscriber.heartbeat(bytes)
  }

  const begin = async (): Promise<Watch> => {
    const [last] = await database.query<{ id: string }>({ text: LAST })
    const id = last?.id ?? '0'
    const values = [id, keepSeconds]
    const rows = await database.query<RevocationRow>({ text: READ, values })
    known.begin(Number(id))
    known.add(rows)
    const watch = watchRevocations({ ...options, onRows }, newestId(rows, id))
    const heartbeat = setInterval(beat, heartbeatMs, watch).unref()
    const stop = () => {
      clearInterval(heartbeat)
      return watch.stop()
    }
    return { ...watch, stop }
  }

  const wakeUp = async (): Promise<void> => {
    const beginning = begin()
    watching = beginning
    await beginning.catch((error: unknown) => {
      if (watching === beginning) watching = undefined
      throw error
    })
  }

  const sleep = async (): Promise<void> => {
    clearTimeout(linger)
    const watch = watching
    watching = undefined
    await watch?.then(
      ({ stop }) => stop(),
      () => {},
    )
  }

  const sleepWhenAlone = (): void => {
    clearTimeout(linger)
    if (subscribers.size === 0) linger = setTimeout(() => void sleep(), lingerMs).unref()
  }

  return {
    /**
     * Waits until what was committed before the call is known. What follows in the same turn misses
     * nothing.
     * @throws ProblemError `service_unavailable` when the process stops
     */
    async ready(): Promise<void> {
      if (closed) throw new ProblemError('service_unavailable', { retryAfterSeconds: 1 })
      // Not while somebody is about to subscribe.
      clearTimeout(linger)
      const awake = watching
      try {
        await (awake ? awake.then(({ look }) => look()) : wakeUp())
      } finally {
        sleepWhenAlone()
      }
    },

    /** What a reader must hear that stands at a cursor, or nowhere yet; undefined for nothing. */
    told(since: string | undefined): string | undefined {
      const told = known.read(since)
      return told.complete || told.events
        ? snapshotJson(told, known.cursor(), seconds())
        : undefined
    },

    /** A snapshot that says nothing. */
    silence: () => snapshotJson({ complete: false, events: '' }, known.cursor(), seconds()),

    cursor: () => known.cursor(),

    /** @returns what ends the subscription */
    subscribe(subscriber: Subscriber): () => void {
      clearTimeout(linger)
      if (closed) queueMicrotask(subscriber.end)
      subscribers.add(subscriber)
      return () => {
        if (subscribers.delete(subscriber)) sleepWhenAlone()
      }
    },

    /** To be called after a revocation was committed. */
    announce(): void {
      void watching?.then(
        ({ wake }) => wake(),
        () => {},
      )
      messenger.announce()
    },

    /** Ends every subscription and stops. */
    async close(): Promise<void> {
      closed = true
      for (const { end } of [...subscribers]) end()
      await sleep()
      messenger.close()
    },
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000)
