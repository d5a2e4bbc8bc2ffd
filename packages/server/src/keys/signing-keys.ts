import {
  type Algorithm,
  hmacKey,
  type PublicJwk,
  publicJwk,
  type RootSecret,
  type SigningKey,
  signingKeyFromJwk,
  type VerificationKey,
  verificationKeyFromJwk,
} from '@countersign/core'
import type { Database } from '../database/database.js'
import {
  decryptKey,
  insertKey,
  type KeyRow,
  type KeyState,
  lockKeys,
  selectKeys,
} from './key-rows.js'
import { publishedAfterSeconds } from './key-times.js'

export interface SigningKeys {
  /** Signs new tokens. */
  readonly current: SigningKey
  /** Verify tokens, also those of keys that no longer sign, or do not sign yet. */
  readonly verification: readonly VerificationKey[]
  /** What is published: empty when the secret is shared (HS256). */
  readonly jwks: { readonly keys: readonly object[] }
}

export interface SigningKeysOptions {
  readonly database: Database
  readonly secrets: readonly RootSecret[]
  readonly algorithm: Algorithm
  readonly accessLifetimeSeconds: number
  /** Shared secrets of HS256, the one that signs first. */
  readonly jwtSecrets?: readonly string[]
}

/** A key of the database, decrypted once. */
interface LoadedKey {
  readonly signing: SigningKey
  readonly verification: VerificationKey
  readonly published: PublicJwk
}

const PUBLISHED: ReadonlySet<KeyState> = new Set(['next', 'current', 'former'])

/** Shared secrets as keys: the first signs, all verify, none is published. */
export function sharedKeys(jwtSecrets: readonly string[]): SigningKeys {
  const keys = jwtSecrets.map(hmacKey)
  const [current] = keys
  if (!current) throw new TypeError('HS256 needs a shared secret')
  return { current, verification: keys, jwks: { keys: [] } }
}

/**
 * Reads keys of the database, and remembers those that it has decrypted. What has not changed is
 * the same object as before.
 */
export function createKeyReader(options: SigningKeysOptions) {
  const { database, algorithm, accessLifetimeSeconds } = options
  const publishedAfter = publishedAfterSeconds(accessLifetimeSeconds)
  let loaded = new Map<string, LoadedKey>()
  let last: { readonly keys: SigningKeys; readonly fingerprint: string } | undefined

  const assemble = (all: readonly KeyRow[]): SigningKeys => {
    const rows = all.filter(({ state }) => PUBLISHED.has(state))
    const current = rows.find(({ state }) => state === 'current')
    if (!current) throw new Error('no signing key is current')
    const fingerprint = [current.kid, ...rows.map(({ kid }) => kid)].join(' ')
    if (last?.fingerprint === fingerprint) return last.keys
    loaded = new Map(rows.map((row) => [row.kid, loaded.get(row.kid) ?? load(row, options)]))
    const keys = keysOf([...loaded.values()], current.kid)
    last = { keys, fingerprint }
    return keys
  }

  return {
    /** The keys, after making the first one where none is current. */
    readOrMake: async (): Promise<SigningKeys> =>
      assemble(
        await database.transaction(async (transaction) => {
          await lockKeys(transaction)
          const rows = await selectKeys(transaction, algorithm, publishedAfter)
          if (rows.some(({ state }) => state === 'current')) return rows
          await insertKey(transaction, { ...options, inSeconds: 0 })
          return selectKeys(transaction, algorithm, publishedAfter)
        }),
      ),
    /** @throws Error if none is current, or one cannot be decrypted */
    read: async (): Promise<SigningKeys> =>
      assemble(await selectKeys(database, algorithm, publishedAfter)),
  }
}

function load(row: KeyRow, { secrets }: SigningKeysOptions): LoadedKey {
  const jwk = decryptKey(row, secrets)
  const published = publicJwk(jwk)
  return {
    signing: signingKeyFromJwk(jwk),
    verification: verificationKeyFromJwk(published),
    published,
  }
}

function keysOf(loaded: readonly LoadedKey[], currentKid: string): SigningKeys {
  const current = loaded.find(({ signing }) => signing.kid === currentKid)
  if (!current) throw new Error('no signing key is current')
  return {
    current: current.signing,
    verification: loaded.map(({ verification }) => verification),
    jwks: { keys: loaded.map(({ published }) => published) },
  }
}
