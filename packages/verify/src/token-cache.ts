/**
 * Remembers verified tokens, so that a token that comes again costs no signature check.
 *
 * The key is the signature segment, which is short; the whole token must be the same as well. An
 * entry is only made for a token that passed every rule, and never answers once `exp` is reached.
 * @module
 */
import { type Identity, isExpired, MAX_TOKEN_LENGTH } from '@countersign/core'

interface Entry {
  readonly token: string
  readonly identity: Identity
}

export interface TokenCache {
  /** The identity of exactly this token, if it was verified and has not expired. */
  get(token: string, now: number): Identity | undefined
  set(token: string, identity: Identity): void
  /** Drops every token of a session. */
  forgetSession(sessionId: string): void
  clear(): void
}

/**
 * Two generations: when the young one holds half of `maxEntries` it becomes the old one, and the
 * old one goes. What was used since then has moved over.
 */
export function createTokenCache(maxEntries: number): TokenCache {
  const generationSize = Math.floor(maxEntries / 2)
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()

  function put(key: string, entry: Entry): void {
    if (young.size >= generationSize) {
      old = young
      young = new Map()
    }
    young.set(key, entry)
  }

  function find(key: string): Entry | undefined {
    const entry = young.get(key)
    if (entry) return entry
    const older = old.get(key)
    if (!older) return undefined
    old.delete(key)
    put(key, older)
    return older
  }

  return {
    get(token, now) {
      if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined
      const entry = find(signatureOf(token))
      if (entry?.token !== token || isExpired(entry.identity.expiresAt, now)) return undefined
      return entry.identity
    },
    set(token, identity) {
      put(signatureOf(token), { token, identity })
    },
    forgetSession(sessionId) {
      for (const generation of [young, old]) {
        for (const [key, { identity }] of generation) {
          if (identity.sessionId === sessionId) generation.delete(key)
        }
      }
    },
    clear() {
      young = new Map()
      old = new Map()
    },
  }
}

function signatureOf(token: string): string {
  return token.slice(token.lastIndexOf('.') + 1)
}
