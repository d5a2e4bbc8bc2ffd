import type { ClientScope } from '@countersign/core'
import type { Client } from '../clients/clients.js'
import { auditClient } from './audit-client.js'
import { clientCredentials } from './credentials.js'
import { ProblemError } from './problem-error.js'
import type { AppContext, Services } from './services.js'

/**
 * The client that authenticates a call with HTTP Basic and may do what the call does. A browser is
 * never one, since it cannot keep a secret.
 * @throws ProblemError `invalid_client`, `insufficient_scope`
 */
export async function requireClient(
  c: AppContext,
  services: Services,
  scope: ClientScope,
): Promise<Client> {
  const { headers } = c.req.raw
  const isBasic = /^Basic /i.test(headers.get('authorization') ?? '')
  const credentials = isBasic ? clientCredentials(headers) : undefined
  if (!credentials || c.get('caller').fromBrowser) throw new ProblemError('invalid_client')
  const client = await services.clients.authenticate(credentials.id, credentials.secret)
  if (!client) {
    await auditClient(services, c.get('caller'), credentials.id)
    throw new ProblemError('invalid_client')
  }
  if (!client.scopes.includes(scope)) {
    throw new ProblemError('insufficient_scope', { detail: `the client needs ${scope}` })
  }
  return client
}
