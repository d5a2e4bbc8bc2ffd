/**
 * Verifies access tokens in an API, locally (`spec/protocol.md`, "Access token").
 * @module
 */
import type { Identity, VerificationKey } from '@countersign/core'
import { pairAtOnce } from './at-once.js'
import { compareSecrets } from './issuer-metadata.js'
import { createJudge } from './judge.js'
import { createLanes } from './lanes.js'
import { readOptions, type VerifierOptions } from './options.js'
import type { FeedStatus } from './revocation-feed.js'
import { createRevocationGuard } from './revocation-guard.js'
import { readStalePolicy, type StalePolicy } from './revocation-options.js'
import { createTokenCache } from './token-cache.js'

export interface VerifyOptions {
  /**
   * What to do with this token while the feed is stale, instead of what `revocations` says. A
   * verifier without `revocations` is always stale.
   */
  readonly whenStale?: StalePolicy
}

export interface Verifier {
  /**
   * The identity in a token, after every rule was checked.
   * @throws TokenError `invalid_token`, `token_expired`, `token_revoked`, `unknown_key`,
   * `key_mismatch`; VerifierError `service_unavailable` if the keys were never loaded and cannot be,
   * or if the feed is stale and the policy is not `open`; TypeError for an unknown policy
   */
  verify(token: string, options?: VerifyOptions): Promise<Identity>
  /**
   * The same without waiting: keys from a `jwksUri` must be at hand, see `ready`, and are used
   * however old they are. An unknown key is looked for in the background, for the tokens to come. While the feed is stale, the policy
   * `introspect` throws VerifierError: asking takes `verify`.
   */
  verifySync(token: string, options?: { readonly whenStale?: 'open' | 'closed' }): Identity
  /**
   * Resolves when keys are at hand and, if `revocations.whenStale` is `closed`, the feed is live.
   * Await it at start-up to fail early; an API that shall start while the auth server is down does
   * not, and is `open`. With a `secret` it compares secrets with the issuer's metadata, see
   * `onMismatch`; an issuer that does not answer is no reason to reject.
   */
  ready(): Promise<void>
  /** Names of the keys at hand, for a line at start-up. The name of a secret tells nothing of it. */
  readonly keyIds: readonly string[]
  /** How well it is known what was revoked. */
  readonly feed: FeedStatus
  /** Stops listening to the feed, which is stale from then on. Not needed to end a process. */
  close(): void
  /** Drops what is remembered of a session's tokens. They would be verified again. */
  forgetSession(sessionId: string): void
}

/**
 * Makes a verifier. Its options are read once; unknown ones are refused.
 *
 * ```ts
 * const verifier = createVerifier({ issuer, audience: 'todo-api', algorithms: ['EdDSA'], jwksUri })
 * const identity = await verifier.verify(token)
 * ```
 * @throws TypeError for options that are missing, unknown, contradictory or too weak
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const settings = readOptions(options)
  const cache = settings.maxEntries > 0 ? createTokenCache(settings.maxEntries) : undefined
  const lanes = createLanes(settings, () => cache?.clear())
  const judge = createJudge({ settings, lanes, cache })
  const guard = createRevocationGuard(settings)

  function verifyAtOnce(token: string, options?: VerifyOptions): Identity {
    const policy = readStalePolicy(options?.whenStale)
    const identity = judge.remembered(token) ?? judge.judgeAtOnce(token)
    guard.admitSync(identity, policy)
    return identity
  }

  const secretIds = () => idsOf(lanes.keys().filter(({ algorithm }) => algorithm === 'HS256'))
  const verifier: Verifier = Object.freeze({
    async verify(token: string, options?: VerifyOptions) {
      const policy = readStalePolicy(options?.whenStale)
      const identity = judge.remembered(token) ?? (await judge.judge(token))
      const asking = guard.admit(token, identity, policy)
      if (asking) await asking
      return identity
    },
    verifySync(token: string, options?: VerifyOptions) {
      const policy = readStalePolicy(options?.whenStale)
      const identity = judge.remembered(token) ?? judge.judgeSync(token)
      guard.admitSync(identity, policy)
      return identity
    },
    async ready() {
      await lanes.ready()
      if ('secrets' in settings.trusted.trust) await compareSecrets(settings, secretIds())
      await guard.ready()
    },
    get keyIds() {
      return idsOf(lanes.keys())
    },
    feed: guard.feed,
    close: () => guard.close(),
    forgetSession: (sessionId: string) => cache?.forgetSession(sessionId),
  })
  pairAtOnce(verifier.verify, verifyAtOnce)
  return verifier
}

function idsOf(keys: readonly VerificationKey[]): readonly string[] {
  return keys.map(({ kid }) => kid)
}
