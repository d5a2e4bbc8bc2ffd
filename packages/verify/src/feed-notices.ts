/**
 * Tells the operator when the feed falls silent and when it is back, once each.
 * @module
 */
import type { FeedListener } from './feed-listener.js'
import type { WarningListener } from './warnings.js'

/** To be called whenever the state may have changed; `cause` is why a connection ended. */
export type FeedNotices = (cause?: unknown) => void

export interface FeedNoticesOptions {
  readonly url: string
  readonly listener: Pick<FeedListener, 'state'>
  readonly warn: WarningListener
}

/** Being stale is news once a connection has failed; being live is news after that. */
export function createFeedNotices({ url, listener, warn }: FeedNoticesOptions): FeedNotices {
  let told: FeedListener['state'] | undefined
  return (cause) => {
    const { state } = listener
    const isStart = told === undefined && cause === undefined && state === 'stale'
    if (state === told || isStart) return
    const wasStale = told === 'stale'
    told = state
    if (state === 'stale') {
      warn({ code: 'feed_stale', message: `the revocation feed at ${url} is silent`, cause })
    } else if (wasStale) {
      warn({ code: 'feed_live', message: `the revocation feed at ${url} is live again` })
    }
  }
}
