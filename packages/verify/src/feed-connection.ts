/**
 * One connection to the revocation feed, from its request to its end.
 * @module
 */
import { createEventParser } from './event-parser.js'
import type { FeedListener } from './feed-listener.js'
import { type FeedRequest, MAX_FRAME_LENGTH, requestFeed } from './feed-request.js'

export interface FeedConnection extends Omit<FeedRequest, 'cursor' | 'signal'> {
  readonly listener: FeedListener
  /** Without a frame that counts for so long, the connection is dead. */
  readonly timeoutMs: number
  readonly onHeard: () => void
  /** Ends the connection. */
  readonly closing: AbortSignal
}

export interface FeedOutcome {
  /** Whether any frame counted. */
  readonly heard: boolean
  /** Whether the server answered with a stream that then said nothing for too long. */
  readonly heldBack: boolean
  /** Whether the answer was a single one, though a stream may have been asked for. */
  readonly answered: boolean
  readonly cause: unknown
}

/** Listens until the connection ends, for whatever reason. Never rejects. */
export async function listenOnce(connection: FeedConnection): Promise<FeedOutcome> {
  const { listener, timeoutMs, closing, ...request } = connection
  const attempt = new AbortController()
  const abort = (): void => attempt.abort(new Error('the feed was silent for too long'))
  const watchdog = setTimeout(abort, timeoutMs).unref()
  closing.addEventListener('abort', abort, { once: true })
  const progress = { heard: false, opened: false, answered: false }
  const hear = (counted: boolean): void => {
    if (!counted) return
    progress.heard = true
    watchdog.refresh()
    connection.onHeard()
  }
  let cause: unknown = new Error('the feed ended')
  try {
    const { cursor } = listener
    const got = await requestFeed({ ...request, cursor, signal: attempt.signal })
    if ('stream' in got) {
      progress.opened = true
      await readStream(got.stream, listener, hear)
    } else {
      progress.answered = true
      hear(listener.answer(got.answer))
      if (!progress.heard) throw new Error('the answer of the feed cannot be used')
    }
  } catch (error) {
    cause = error
  } finally {
    clearTimeout(watchdog)
    closing.removeEventListener('abort', abort)
    listener.disconnect()
  }
  const { heard, opened, answered } = progress
  return { heard, answered, heldBack: opened && !heard && attempt.signal.aborted, cause }
}

async function readStream(
  stream: AsyncIterable<Uint8Array>,
  listener: FeedListener,
  hear: (counted: boolean) => void,
): Promise<void> {
  const parser = createEventParser({
    onFrame: (frame) => hear(listener.frame(frame)),
    maxLength: MAX_FRAME_LENGTH,
  })
  for await (const chunk of stream) parser.push(chunk)
}
