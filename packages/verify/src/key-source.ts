/**
 * Where a verifier's keys come from.
 * @module
 */
import { hmacKey, type VerificationKey, verificationKeys } from '@countersign/core'
import { createJwksSource } from './jwks-source.js'
import type { Settings } from './options.js'
import type { Trusted } from './trust-options.js'

export interface KeySource {
  /** The keys at hand. May start a refresh, never waits for one. */
  current(): readonly VerificationKey[] | undefined
  /** The refresh to wait for because the keys are long out of date; never rejects. */
  overdue(): Promise<void> | undefined
  /** Resolves when keys are at hand; rejects with VerifierError if they cannot be had. */
  ready(): Promise<void>
  /** Looks for newer keys because of an unknown `kid`; tells whether there are any. */
  refetch(): Promise<boolean>
}

/**
 * @param onChange called when other keys are in use than before
 * @throws TypeError for a secret or a key set that cannot be used
 */
export function createKeySource(
  settings: Settings,
  { algorithms, trust }: Trusted,
  onChange: () => void,
): KeySource {
  if ('jwksUri' in trust) {
    const { fetch, now, warn } = settings
    return createJwksSource({ uri: trust.jwksUri, fetch, now, warn, onChange })
  }
  const keys = 'jwks' in trust ? readJwks(trust.jwks) : Object.freeze(trust.secrets.map(hmacKey))
  if (!keys.some((key) => algorithms.includes(key.algorithm))) {
    throw new TypeError('no key is for any of "algorithms"')
  }
  return {
    current: () => keys,
    overdue: () => undefined,
    ready: async () => {},
    refetch: async () => false,
  }
}

function readJwks(jwks: { readonly keys: readonly unknown[] }): readonly VerificationKey[] {
  try {
    return verificationKeys(jwks)
  } catch (cause) {
    throw new TypeError('"jwks" is not a usable key set', { cause })
  }
}
