/**
 * One way to trust tokens: the algorithms, and where their keys come from.
 * @module
 */
import {
  type AccessTokenClaims,
  TokenError,
  type VerificationKey,
  type VerifyAccessTokenOptions,
  verifyAccessToken,
} from '@countersign/core'
import { createKeySource } from './key-source.js'
import type { Settings } from './options.js'
import type { Trusted } from './trust-options.js'
import { VerifierError } from './verifier-error.js'

/** Judges tokens with the keys of one source only. */
export interface Lane {
  /** @throws TokenError, or VerifierError if the keys cannot be had */
  verify(token: string): Promise<AccessTokenClaims>
  /** The same with the keys at hand; looks for an unknown one in the background. */
  verifySync(token: string): AccessTokenClaims
  /** Resolves when keys are at hand. */
  ready(): Promise<void>
  /** The refresh that `verify` would wait for. */
  overdue(): Promise<void> | undefined
  /** The keys at hand. */
  keys(): readonly VerificationKey[]
}

/** @param onChange called when other keys are in use than before */
export function createLane(settings: Settings, trusted: Trusted, onChange: () => void): Lane {
  const { issuer, audience, toleranceSeconds, maxLifetimeSeconds, now } = settings
  const { algorithms } = trusted
  const source = createKeySource(settings, trusted, onChange)
  const base = { issuer, audience, algorithms, toleranceSeconds, maxLifetimeSeconds, now }
  let rules: VerifyAccessTokenOptions = { ...base, keys: [] }

  function verifyNow(token: string): AccessTokenClaims {
    const keys = source.current()
    if (!keys) throw new VerifierError('the keys are not loaded yet: await ready()', 1)
    if (rules.keys !== keys) rules = { ...base, keys }
    return verifyAccessToken(token, rules)
  }

  return {
    async verify(token) {
      await source.overdue()
      if (!source.current()) await source.ready()
      try {
        return verifyNow(token)
      } catch (error) {
        if (!isUnknownKey(error) || !(await source.refetch())) throw error
        return verifyNow(token)
      }
    },
    verifySync(token) {
      try {
        return verifyNow(token)
      } catch (error) {
        if (isUnknownKey(error)) void source.refetch()
        throw error
      }
    },
    ready: () => source.ready(),
    overdue: () => source.overdue(),
    keys: () => source.current() ?? [],
  }
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof TokenError && error.code === 'unknown_key'
}
