import { PUBLIC_CLIENT_ID } from '@countersign/core'
import { auditClient } from './audit-client.js'
import type { Sender } from './call.js'
import { type Caller, readStatedCaller } from './caller.js'
import { clientCredentials } from './credentials.js'
import { ProblemError } from './problem-error.js'
import type { Services } from './services.js'

export interface KnownCaller extends Caller {
  readonly clientId: string
}

/**
 * The caller and its client. Only an authenticated client may say whom it speaks for.
 * @throws ProblemError `invalid_client`
 */
export async function authenticateCaller(sender: Sender, services: Services): Promise<KnownCaller> {
  const clientId = await authenticateClient(sender, services)
  const { headers, caller } = sender
  const stated = clientId === PUBLIC_CLIENT_ID ? caller : readStatedCaller(headers, caller)
  return { ...stated, clientId }
}

/**
 * The client that a caller is. A browser is always the public one, since it cannot keep a secret.
 * @throws ProblemError `invalid_client`
 */
export async function authenticateClient(
  { headers, caller }: Sender,
  services: Services,
): Promise<string> {
  const credentials = clientCredentials(headers)
  if (!credentials) return PUBLIC_CLIENT_ID
  const client = caller.fromBrowser
    ? undefined
    : await services.clients.authenticate(credentials.id, credentials.secret)
  if (client) return client.id
  await auditClient(services, caller, credentials.id)
  throw new ProblemError('invalid_client')
}
