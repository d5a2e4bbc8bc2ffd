import {
  accessLifetimeFromEnvironment,
  type Environment,
  keyOptionsFromEnvironment,
} from '../environment.js'
import { listKeys, retireKey, rotateKeys } from '../keys/change-keys.js'
import type { KeyRow } from '../keys/key-rows.js'
import { columns, print } from './print.js'
import { withDatabase } from './with-database.js'

interface Output {
  readonly json?: boolean
}

export async function printKeys(env: Environment, { json }: Output): Promise<void> {
  const accessLifetimeSeconds = accessLifetimeFromEnvironment(env)
  const keys = await withDatabase(env, (database) => listKeys({ database, accessLifetimeSeconds }))
  const text = keys.length === 0 ? 'No key yet: the server makes the first one.' : table(keys)
  print(json, keys.map(described), text)
}

export async function rotate(
  env: Environment,
  { json, now = false }: Output & { readonly now?: boolean },
): Promise<void> {
  const options = keyOptionsFromEnvironment(env)
  const key = await withDatabase(env, (database) => rotateKeys({ ...options, database, now }))
  const from = key.activates_at.toISOString()
  const sentence =
    key.state === 'next'
      ? `The key ${key.kid} is published and signs from ${from} on.`
      : `The key ${key.kid} signs now.`
  print(json, described(key), sentence)
}

export async function retire(
  env: Environment,
  kid: string,
  { json, force = false }: Output & { readonly force?: boolean },
): Promise<void> {
  const accessLifetimeSeconds = accessLifetimeFromEnvironment(env)
  const key = await withDatabase(env, (database) =>
    retireKey({ database, accessLifetimeSeconds, kid, force }),
  )
  print(json, described(key), `The key ${kid} is withdrawn.`)
}

/** A key without anything secret. */
function described(key: KeyRow) {
  return {
    kid: key.kid,
    algorithm: key.algorithm,
    state: key.state,
    createdAt: key.created_at.toISOString(),
    signsFrom: key.activates_at.toISOString(),
    signsUntil: key.superseded_at?.toISOString() ?? null,
    publishedUntil: key.published_until?.toISOString() ?? null,
  }
}

function table(keys: readonly KeyRow[]): string {
  const rows = keys.map((key) => {
    const { kid, algorithm, state, signsFrom, publishedUntil } = described(key)
    return [kid, algorithm, state, signsFrom, publishedUntil ?? '']
  })
  return columns([['KEY', 'ALGORITHM', 'STATE', 'SIGNS FROM', 'PUBLISHED UNTIL'], ...rows])
}
