import type { Algorithm, RootSecret } from '@countersign/core'
import { BY_CLI } from '../audit/act.js'
import { insertAudit } from '../audit/audit.js'
import type { Database, Queryable } from '../database/database.js'
import { decryptKey, insertKey, type KeyRow, lockKeys, selectKeys } from './key-rows.js'
import { PUBLISHED_BEFORE_SECONDS, publishedAfterSeconds } from './key-times.js'

export interface ChangeKeysOptions {
  readonly database: Database
  readonly algorithm: Algorithm
  readonly secrets: readonly RootSecret[]
  readonly accessLifetimeSeconds: number
}

type ListKeysOptions = Pick<ChangeKeysOptions, 'database' | 'accessLifetimeSeconds'>

/** Every key that there is, of all algorithms, the newest first. */
export function listKeys(options: ListKeysOptions): Promise<KeyRow[]> {
  const { database, accessLifetimeSeconds } = options
  return selectKeys(database, null, publishedAfterSeconds(accessLifetimeSeconds))
}

/**
 * Makes the next key: published at once, it signs when every verifier has had time to fetch it. With
 * `now` it signs at once and all other keys of its algorithm are withdrawn: that is for a key that
 * somebody else may have, and access tokens made so far are then refused until they are refreshed.
 * @throws Error with one sentence if a key is waiting already, or the server has another algorithm or
 *   root secret; TypeError for HS256
 */
export async function rotateKeys(
  options: ChangeKeysOptions & { readonly now?: boolean },
): Promise<KeyRow> {
  const { database, algorithm, secrets, now = false } = options
  if (algorithm === 'HS256') {
    throw new TypeError('HS256 has no key in the database: change COUNTERSIGN_JWT_SECRET')
  }
  return database.transaction(async (transaction) => {
    await lockKeys(transaction)
    const all = await select(transaction, options, null)
    const before = all.filter((key) => key.algorithm === algorithm)
    assertInUse(algorithm, all)
    const waiting = before.find(({ state }) => state === 'next')
    if (waiting && !now) {
      throw new Error(
        `the key ${waiting.kid} signs from ${waiting.activates_at.toISOString()} on; wait for it, or retire it first`,
      )
    }
    const current = before.find(({ state }) => state === 'current')
    // Who cannot open this one would make one that no server can open.
    if (current) decryptKey(current, secrets)
    if (now) for (const { kid } of before) await withdraw(transaction, kid)
    const inSeconds = now || !current ? 0 : PUBLISHED_BEFORE_SECONDS
    const kid = await insertKey(transaction, { ...options, inSeconds })
    await insertAudit(transaction, { event: 'key.rotated', ...BY_CLI, detail: { kid, now } })
    return find(transaction, options, kid)
  })
}

/** Whoever replaces a stolen key must not replace another one and believe that it is done. */
function assertInUse(algorithm: Algorithm, keys: readonly KeyRow[]): void {
  const [key] = keys
  if (!key || keys.some((known) => known.algorithm === algorithm)) return
  throw new Error(
    `there is no key for ${algorithm}, but one for ${key.algorithm}: set COUNTERSIGN_ALGORITHM as the server has it`,
  )
}

/**
 * Withdraws a key: it leaves the key set at once. One that has never signed, or whose tokens have all
 * ended, nobody misses; for others `force` must say that their tokens may be refused.
 * @throws Error with one sentence if there is no such key, or it is still needed
 */
export async function retireKey(
  options: ListKeysOptions & { readonly kid: string; readonly force?: boolean },
): Promise<KeyRow> {
  const { database, kid, force = false } = options
  return database.transaction(async (transaction) => {
    await lockKeys(transaction)
    const key = await find(transaction, options, kid)
    if (key.state === 'current') await activateNext(transaction, options, key, force)
    if (key.state === 'former' && !force) {
      throw new Error(
        `tokens of the key ${kid} may live until ${key.published_until?.toISOString()}, when it leaves by itself; --force withdraws it now`,
      )
    }
    await withdraw(transaction, kid)
    await insertAudit(transaction, { event: 'key.retired', ...BY_CLI, detail: { kid, force } })
    return find(transaction, options, kid)
  })
}

/** Something must sign: the key that waits to do so takes over before its time. */
async function activateNext(
  transaction: Queryable,
  options: ListKeysOptions,
  { kid, algorithm }: KeyRow,
  force: boolean,
): Promise<void> {
  const keys = await select(transaction, options, algorithm)
  const next = keys.find(({ state }) => state === 'next')
  if (!next) {
    throw new Error(`the key ${kid} is the only one that signs; "keys rotate --now" replaces it`)
  }
  if (!force) {
    throw new Error(
      `the key ${kid} signs until ${next.activates_at.toISOString()}; --force withdraws it now, and its tokens with it`,
    )
  }
  await transaction.query({
    text: 'update countersign_signing_keys set activates_at = clock_timestamp() where kid = $1',
    values: [next.kid],
  })
}

async function withdraw(transaction: Queryable, kid: string): Promise<void> {
  await transaction.query({
    text: `
      update countersign_signing_keys
      set retired_at = clock_timestamp()
      where kid = $1 and retired_at is null`,
    values: [kid],
  })
}

async function find(
  transaction: Queryable,
  options: ListKeysOptions,
  kid: string,
): Promise<KeyRow> {
  const key = (await select(transaction, options, null)).find((row) => row.kid === kid)
  if (!key) throw new Error('there is no such signing key; "keys list" shows them')
  return key
}

function select(
  transaction: Queryable,
  { accessLifetimeSeconds }: ListKeysOptions,
  algorithm: Algorithm | null,
): Promise<KeyRow[]> {
  return selectKeys(transaction, algorithm, publishedAfterSeconds(accessLifetimeSeconds))
}
