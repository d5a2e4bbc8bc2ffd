/**
 * One request for the revocation feed: a stream, or the answer of a long poll.
 * @module
 */
import { LAST_EVENT_ID_HEADER, PREFER_HEADER } from '@countersign/core'
import type { Fetch } from './options.js'
import { assertOk, readBody } from './read-body.js'

/** A snapshot of 10 000 events has about 5 MB. */
export const MAX_FRAME_LENGTH = 32 * 1024 * 1024

/** Shorter than the time after which a listener is stale. */
const WAIT_SECONDS = 10

export interface FeedRequest {
  readonly url: string
  readonly authorization: string
  readonly fetch: Fetch
  readonly polling: boolean
  readonly cursor: string | undefined
  readonly signal: AbortSignal
}

export type FeedAnswer =
  | { readonly stream: AsyncIterable<Uint8Array> }
  | { readonly answer: string }

/**
 * Asks for what happened since `cursor`. A server that answers with something else than an event
 * stream is taken to have no stream.
 * @throws Error for any status but 200, a redirect, or an answer that is too long
 */
export async function requestFeed({ fetch, signal, ...request }: FeedRequest): Promise<FeedAnswer> {
  const { url, headers } = request.polling ? pollRequest(request) : streamRequest(request)
  headers.Authorization = request.authorization
  const response = await fetch(url, { headers, signal, redirect: 'error' })
  await assertOk(response)
  const type = response.headers.get('content-type') ?? ''
  if (response.body && /^text\/event-stream\s*(;|$)/i.test(type)) return { stream: response.body }
  return { answer: (await readBody(response, MAX_FRAME_LENGTH)).toString('utf8') }
}

interface Prepared {
  readonly url: string
  readonly headers: Record<string, string>
}

function streamRequest({ url, cursor }: Pick<FeedRequest, 'url' | 'cursor'>): Prepared {
  const headers = { Accept: 'text/event-stream, application/json;q=0.5' }
  return { url, headers: cursor ? { ...headers, [LAST_EVENT_ID_HEADER]: cursor } : headers }
}

function pollRequest({ url, cursor }: Pick<FeedRequest, 'url' | 'cursor'>): Prepared {
  const headers = { Accept: 'application/json' }
  if (!cursor) return { url, headers }
  const resumed = new URL(url)
  resumed.searchParams.set('since', cursor)
  return { url: resumed.href, headers: { ...headers, [PREFER_HEADER]: `wait=${WAIT_SECONDS}` } }
}
