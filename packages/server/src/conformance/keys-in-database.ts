import { type SigningKey, signingKeyFromJwk } from '@countersign/core'
import {
  accessLifetimeFromEnvironment,
  databaseFromEnvironment,
  type Environment,
  keyOptionsFromEnvironment,
} from '../environment.js'
import { decryptKey, type KeyRow, type KeyState, selectKeys } from '../keys/key-rows.js'
import { publishedAfterSeconds } from '../keys/key-times.js'

const LEFT: ReadonlySet<KeyState> = new Set(['ended', 'withdrawn'])

/**
 * The keys of our auth server, for whoever has its `DATABASE_URL` and `COUNTERSIGN_SECRET`. Nothing is
 * written. An embedded database belongs to its server alone.
 */
export async function keysInDatabase(
  env: Environment,
): Promise<{ key?: SigningKey; oldKeys?: readonly SigningKey[] }> {
  if (!env.DATABASE_URL || !env.COUNTERSIGN_SECRET || env.COUNTERSIGN_ALGORITHM === 'HS256')
    return {}
  const { algorithm, secrets } = keyOptionsFromEnvironment(env)
  const database = await databaseFromEnvironment(env)
  try {
    const published = publishedAfterSeconds(accessLifetimeFromEnvironment(env))
    const rows = await selectKeys(database, algorithm, published)
    const read = (row: KeyRow) => signingKeyFromJwk(decryptKey(row, secrets))
    const current = rows.find(({ state }) => state === 'current')
    const oldKeys = rows.filter(({ state }) => LEFT.has(state)).map(read)
    return { ...(current ? { key: read(current) } : {}), oldKeys }
  } catch {
    // Another database than that of the auth server, or another secret: there are no keys to be had.
    return {}
  } finally {
    await database.close()
  }
}
