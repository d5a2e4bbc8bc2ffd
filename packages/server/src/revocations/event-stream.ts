import { frame } from './frames.js'
import type { RevocationHub } from './hub.js'

/** What may wait for a reader before it is dropped, in bytes. Its first snapshot is not counted. */
const MOST_WAITING = 256 * 1024

/**
 * Most milliseconds of one stream: whose credential was taken away does not listen for ever. Readers
 * who began together do not all come back together.
 */
const longestLife = (): number => (30 + 30 * Math.random()) * 60_000

export interface EventStreamOptions {
  readonly since: string | undefined
  /** The reader went away. */
  readonly signal: AbortSignal
  /** Milliseconds after which the stream ends, so that its reader authenticates again. */
  readonly lifeMs?: number
  /** Cuts the connection of a reader that does not read. */
  readonly cut?: (() => void) | undefined
}

/**
 * The feed as `text/event-stream`: one snapshot, then what happens. The hub must be ready. Ends when
 * the process stops; a reader that does not read is dropped, so that nothing piles up for it.
 */
export function eventStream(
  hub: RevocationHub,
  { since, signal, cut, lifeMs = longestLife() }: EventStreamOptions,
): ReadableStream<Uint8Array> {
  let leave = (): void => {}
  const until = performance.now() + lifeMs
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: MOST_WAITING })
  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const tell = (bytes: Uint8Array): void => {
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(bytes)
      else drop()
    }
    const drop = (): void => {
      leave()
      if (cut) cut()
      else controller.error(new Error('the reader of the feed does not read'))
    }
    const end = (): void => {
      leave()
      if (controller.desiredSize !== null) controller.close()
    }
    const heartbeat = (bytes: Uint8Array): void => {
      if (performance.now() > until) end()
      else tell(bytes)
    }
    leave = hub.subscribe({ news: tell, heartbeat, end })
    signal.addEventListener('abort', leave, { once: true })
    const snapshot = hub.told(since) ?? hub.silence()
    controller.enqueue(Buffer.from(frame('snapshot', hub.cursor(), snapshot)))
  }
  return new ReadableStream({ start, cancel: () => leave() }, strategy)
}
