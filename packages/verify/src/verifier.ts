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
import { createTokenCache } from './token-cache.js'
import { VerifierError } from './verifier-error.js'

export interface Verifier {
  /**
   * The identity in a token, after every rule was checked.
   * @throws TokenError `invalid_token`, `token_expired`, `unknown_key`, `key_mismatch`;
   * VerifierError `service_unavailable` if the keys were never loaded and cannot be
   */
  verify(token: string): Promise<Identity>
  /**
   * The same without waiting: keys from a `jwksUri` must be at hand, see `ready`. An unknown key
   * is looked for in the background, for the tokens to come.
   */
  verifySync(token: string): Identity
  /** Resolves when keys are at hand. Await it at start-up to fail early. */
  ready(): Promise<void>
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

  function verifySync(token: string): Identity {
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

  return Object.freeze({
    verify: async (token: string) => cache?.get(token, now()) ?? verifyFresh(token),
    verifySync,
    ready: () => source.ready(),
    forgetSession: (sessionId: string) => cache?.forgetSession(sessionId),
  })
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof TokenError && error.code === 'unknown_key'
}
