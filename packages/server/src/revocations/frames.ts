import type { FeedFrame } from '@countersign/core'
import type { Told } from './revocation-log.js'

/** A frame of `text/event-stream`; its data is one line of JSON. */
export function frame(event: FeedFrame, cursor: string, data: string): string {
  return `event: ${event}\nid: ${cursor}\ndata: ${data}\n\n`
}

export function snapshotJson({ complete, events }: Told, cursor: string, now: number): string {
  return `{"cursor":"${cursor}","complete":${complete},"now":${now},"events":[${events}]}`
}

export function heartbeatJson(cursor: string, now: number): string {
  return `{"cursor":"${cursor}","now":${now}}`
}

/**
 * News as frames. All but the last carry the cursor from before: a reader that is cut off in between
 * hears some of them twice rather than one of them never.
 */
export function newsFrames(events: readonly string[], before: string, after: string): string {
  const last = events.length - 1
  return events
    .map((event, index) => frame('revocation', index === last ? after : before, event))
    .join('')
}
