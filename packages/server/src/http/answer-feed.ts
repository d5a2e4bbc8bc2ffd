import { LAST_EVENT_ID_HEADER, PREFERENCE_APPLIED_HEADER } from '@countersign/core'
import { eventStream } from '../revocations/event-stream.js'
import type { RevocationHub } from '../revocations/hub.js'
import { longPoll } from '../revocations/long-poll.js'
import { EVENT_STREAM, preferredWait, wantsStream } from './feed-request.js'

export interface FeedReader {
  /** The cursor of the query. */
  readonly since: string | undefined
  /** Cuts the connection of a reader that does not read. */
  readonly cut?: (() => void) | undefined
}

/** The revocation feed in the form that a request asks for. Whether it may be read is known. */
export async function answerFeed(
  hub: RevocationHub,
  request: Request,
  reader: FeedReader,
): Promise<Response> {
  await hub.ready()
  return wantsStream(request.headers) ? stream(hub, request, reader) : poll(hub, request, reader)
}

const UNSTORED = { 'Cache-Control': 'no-store' } as const
const STREAMED = { ...UNSTORED, 'Content-Type': EVENT_STREAM, 'X-Accel-Buffering': 'no' } as const
const POLLED = { ...UNSTORED, 'Content-Type': 'application/json' } as const

function stream(hub: RevocationHub, request: Request, { since, cut }: FeedReader): Response {
  if (request.method === 'HEAD') return new Response(null, { headers: STREAMED })
  const resumed = request.headers.get(LAST_EVENT_ID_HEADER) ?? since
  const body = eventStream(hub, { since: resumed, signal: request.signal, cut })
  return new Response(body, { headers: STREAMED })
}

async function poll(
  hub: RevocationHub,
  { method, headers, signal }: Request,
  { since }: FeedReader,
): Promise<Response> {
  const waitSeconds = preferredWait(headers)
  if (since === undefined || waitSeconds === 0 || method === 'HEAD') {
    return new Response(hub.told(since) ?? hub.silence(), { headers: POLLED })
  }
  const body = await longPoll(hub, { since, waitSeconds, signal })
  const applied = { ...POLLED, [PREFERENCE_APPLIED_HEADER]: `wait=${waitSeconds}` }
  return new Response(body, { headers: applied })
}
