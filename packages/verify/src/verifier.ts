/**
 * Verifies access tokens in an API, locally (`spec/protocol.md`, "Access token").
 * @module
 */
import {
  type Identity,
  identityFromClaims,
  TokenError,
  type VerificationKey,
  type VerifyAccessTokenOptions,
  verifyAccessToken,
} from '@countersign/core'
import { createKeySource } from './key-source.js'
import { readOptions, type VerifierOptions } from './options.js'
import type { FeedStatus } from './revocation-feed.js'
import { createRevocationGuard } from './revocation-guard.js'
import { readStalePolicy, type StalePolicy } from './revocation-options.js'
import { createTokenCache } from './token-cache.js'
import { VerifierError } from './verifier-error.js'

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
   * The same without waiting: keys from a `jwksUri` must be at hand, see `ready`. An unknown key
   * is looked for in the background, for the tokens to come. While the feed is stale, the policy
   * `introspect` throws VerifierError: asking takes `verify`.
   */
  verifySync(token: string, options?: { readonly whenStale?: 'open' | 'closed' }): Identity
  /**
   * Resolves when keys are at hand and, if `revocations.whenStale` is `closed`, the feed is live.
   * Await it at start-up to fail early; an API that shall start while the auth server is down does
   * not, and is `open`.
   */
  ready(): Promise<void>
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
  const { issuer, audience, algorithms, toleranceSeconds, maxLifetimeSeconds, now } = settings
  const cache = settings.maxEntries > 0 ? createTokenCache(settings.maxEntries) : undefined
  const source = createKeySource(settings, () => cache?.clear())
  const base = { issuer, audience, algorithms, toleranceSeconds, maxLifetimeSeconds, now }
  const guard = createRevocationGuard(settings)
  let rules: VerifyAccessTokenOptions = { ...base, keys: [] }

  function verifyWith(keys: readonly VerificationKey[] | undefined, token: string): Identity {
    if (!keys) throw new VerifierError('the keys are not loaded yet: await ready()', 1)
    if (rules.keys !== keys) rules = { ...base, keys }
    const identity = identityFromClaims(verifyAccessToken(token, rules))
    cache?.set(token, identity)
    return identity
  }

  function onRefusal(error: unknown): void {
    if (error instanceof TokenError && error.code === 'key_mismatch') {
      settings.warn({ code: 'key_mismatch', message: error.message })
    }
  }

  function verifyLocally(token: string): Identity {
    const known = cache?.get(token, now())
    if (known) return known
    try {
      return verifyWith(source.current(), token)
    } catch (error) {
      onRefusal(error)
      if (isUnknownKey(error)) void source.refetch()
      throw error
    }
  }

  async function verifyFresh(token: string): Promise<Identity> {
    if (!source.current()) await source.ready()
    try {
      return verifyWith(source.current(), token)
    } catch (error) {
      onRefusal(error)
      if (!isUnknownKey(error) || !(await source.refetch())) throw error
      return verifyWith(source.current(), token)
    }
  }

  async function verify(token: string, options?: VerifyOptions): Promise<Identity> {
    const policy = readStalePolicy(options?.whenStale)
    const identity = cache?.get(token, now()) ?? (await verifyFresh(token))
    const asking = guard.admit(token, identity, policy)
    if (asking) await asking
    return identity
  }

  function verifySync(token: string, options?: VerifyOptions): Identity {
    const policy = readStalePolicy(options?.whenStale)
    const identity = verifyLocally(token)
    guard.admitSync(identity, policy)
    return identity
  }

  return Object.freeze({
    verify,
    verifySync,
    async ready() {
      await source.ready()
      await guard.ready()
    },
    feed: guard.feed,
    close: () => guard.close(),
    forgetSession: (sessionId: string) => cache?.forgetSession(sessionId),
  })
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof TokenError && error.code === 'unknown_key'
}
