import type { ClientScope } from '@countersign/core'
import type { Environment } from '../environment.js'
import type { ConfiguredClient } from '../options.js'
import { CLIENT_ID_RULE, isClientId } from './client-id.js'

/** Pairs of variables that name a client, and what it may do beyond its own sessions. */
const CLIENT_VARIABLES: ReadonlyArray<readonly [prefix: string, scopes: readonly ClientScope[]]> = [
  ['COUNTERSIGN_CLIENT', ['revocations:read', 'tokens:exchange']],
  // An API must not be able to act on accounts, so it exchanges nothing.
  ['COUNTERSIGN_API_CLIENT', ['revocations:read', 'tokens:introspect']],
]

/**
 * The clients of the web server and of the APIs.
 * @throws TypeError that names the variable and the rule, never the value
 */
export function clientsFromEnvironment(env: Environment): ConfiguredClient[] {
  const clients = CLIENT_VARIABLES.flatMap(([prefix, scopes]) => readClient(env, prefix, scopes))
  if (clients.length === 2 && clients[0]?.id === clients[1]?.id) {
    throw new TypeError('COUNTERSIGN_API_CLIENT_ID must not be the COUNTERSIGN_CLIENT_ID')
  }
  return clients
}

function readClient(
  env: Environment,
  prefix: string,
  scopes: readonly ClientScope[],
): ConfiguredClient[] {
  const id = env[`${prefix}_ID`]
  const secret = env[`${prefix}_SECRET`]
  if (!id && !secret) return []
  if (!id || !secret) throw new TypeError(`${prefix}_ID and ${prefix}_SECRET go together`)
  if (secret.length < 32) throw new TypeError(`${prefix}_SECRET needs at least 32 characters`)
  if (!isClientId(id)) throw new TypeError(`${prefix}_ID ${CLIENT_ID_RULE}`)
  return [{ id, secret, scopes }]
}
