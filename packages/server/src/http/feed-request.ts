import { FEED_MAX_WAIT_SECONDS, PREFER_HEADER } from '@countersign/core'
import type { HeaderReader } from './call.js'

export const EVENT_STREAM = 'text/event-stream'

/** Whether a reader of the feed wants a stream. */
export function wantsStream(headers: HeaderReader): boolean {
  const ranges = (headers.get('accept') ?? '').split(',')
  return ranges.some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === EVENT_STREAM)
}

/** Seconds of the preference `wait` (RFC 7240 section 4.3), as many as are granted. */
export function preferredWait(headers: HeaderReader): number {
  const preferences = (headers.get(PREFER_HEADER) ?? '').split(',')
  const waits = preferences
    .map((preference) => preference.split(';', 1)[0] ?? '')
    .flatMap((text) => /^\s*wait\s*=\s*"?(\d{1,9})"?\s*$/i.exec(text) ?? [])
  return Math.min(Number(waits[1] ?? 0), FEED_MAX_WAIT_SECONDS)
}
