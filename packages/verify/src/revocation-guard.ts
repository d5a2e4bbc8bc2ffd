/**
 * Whether the holder of a valid token may still use it: what the feed told, and what to do while it
 * tells nothing.
 * @module
 */
import { type Identity, TokenError } from '@countersign/core'
import { createIntrospection } from './introspection.js'
import type { Settings } from './options.js'
import { createRevocationFeed, type FeedStatus } from './revocation-feed.js'
import type { RevocationSettings, StalePolicy } from './revocation-options.js'
import { VerifierError } from './verifier-error.js'

/** 250 000 take about 40 MB; a server that tells of more is not believed. */
const MAX_ENTRIES = 250_000
/** How long `ready` waits for the first snapshot. */
const READY_SECONDS = 10
const RETRY_AFTER_SECONDS = 5

export interface RevocationGuard {
  readonly feed: FeedStatus
  /**
   * Returns at once if the token may be used, and a promise of it if the issuer has to be asked.
   * @throws TokenError `token_revoked`; VerifierError `service_unavailable`
   */
  admit(token: string, identity: Identity, policy: StalePolicy | undefined): void | Promise<void>
  /** The same where nobody can wait: who would have to be asked is unavailable. */
  admitSync(identity: Identity, policy: StalePolicy | undefined): void
  /** Waits for the first snapshot if tokens are refused without it. */
  ready(): Promise<void>
  close(): void
}

/** A guard that begins to listen, if there is anything to listen to. */
export function createRevocationGuard(settings: Settings): RevocationGuard {
  const { revocations } = settings
  return revocations ? listeningGuard(settings, revocations) : deafGuard
}

/** Nothing is known, ever: who insists on knowing is refused. */
const deafGuard: RevocationGuard = {
  feed: Object.freeze({ state: 'stale', lagMs: Number.POSITIVE_INFINITY }),
  admit: (_, __, policy) => refuseUnlessOpen(policy ?? 'open'),
  admitSync: (_, policy) => refuseUnlessOpen(policy ?? 'open'),
  ready: async () => {},
  close: () => {},
}

function listeningGuard(settings: Settings, revocations: RevocationSettings): RevocationGuard {
  const { authorization, introspectionUrl, url, transport, whenStale } = revocations
  const { issuer, now, nowMs, warn, maxLifetimeSeconds, toleranceSeconds } = settings
  const keepSeconds = maxLifetimeSeconds + toleranceSeconds
  const feed = createRevocationFeed({
    ...{ url, authorization, transport, issuer, now, nowMs, warn, keepSeconds },
    maxEntries: MAX_ENTRIES,
    fetch: settings.feedFetch,
  })
  const { fetch } = settings
  const isActive = createIntrospection({ url: introspectionUrl, authorization, fetch, nowMs, warn })

  function refuseDenied({ claims }: Identity): void {
    if (feed.denies(claims)) throw revoked()
  }

  async function introspect(token: string): Promise<void> {
    if (!(await isActive(token))) throw revoked()
  }

  return {
    feed: statusOf(feed),
    admit(token, identity, policy = whenStale) {
      refuseDenied(identity)
      if (policy === 'open' || feed.state === 'live') return
      if (policy === 'introspect') return introspect(token)
      refuseUnlessOpen(policy)
    },
    admitSync(identity, policy = whenStale) {
      refuseDenied(identity)
      if (policy !== 'open' && feed.state !== 'live') refuseUnlessOpen(policy)
    },
    async ready() {
      if (whenStale === 'closed') await firstSnapshot(feed.whenLive())
    },
    close: () => feed.close(),
  }
}

function statusOf(feed: FeedStatus): FeedStatus {
  return Object.freeze({
    get state() {
      return feed.state
    },
    get lagMs() {
      return feed.lagMs
    },
  })
}

function revoked(): TokenError {
  return new TokenError('token_revoked', 'revocation', 'the session ended or its user changed')
}

function refuseUnlessOpen(policy: StalePolicy): void {
  if (policy === 'open') return
  throw new VerifierError('it is not known what was revoked', RETRY_AFTER_SECONDS)
}

/** The timer keeps the process alive: nothing else would, and `await ready()` must end. */
async function firstSnapshot(live: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const error = new VerifierError('the revocation feed did not answer', RETRY_AFTER_SECONDS)
    timer = setTimeout(() => reject(error), READY_SECONDS * 1000)
  })
  try {
    await Promise.race([live, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
