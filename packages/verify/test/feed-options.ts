import { basicAuthorization } from '@countersign/core'
import { quietFetch } from '../src/quiet-fetch.js'
import type { RevocationFeedOptions } from '../src/revocation-feed.js'
import type { WarningListener } from '../src/warnings.js'
import type { FeedServer } from './feed-server.js'
import { type Clock, ISSUER } from './fixtures.js'

/** A feed that listens to the server, tries again at once, and waits for long. */
export function feedOptions(
  { url }: FeedServer,
  clock: Clock,
  warn: WarningListener,
): RevocationFeedOptions {
  return {
    ...{ issuer: ISSUER, keepSeconds: 905, maxEntries: 1000 },
    ...{ url, transport: 'stream', fetch: quietFetch, warn },
    authorization: basicAuthorization('api', 'secret'),
    now: clock,
    nowMs: () => clock() * 1000,
    retryMs: () => 5,
    timeoutMs: 20_000,
  }
}
