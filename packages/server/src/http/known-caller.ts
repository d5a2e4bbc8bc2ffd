import { PUBLIC_CLIENT_ID } from '@countersign/core'
import { type Caller, readStatedCaller } from './caller.js'
import { clientCredentials } from './credentials.js'
import { ProblemError } from './problem-error.js'
import type { AppContext, Services } from './services.js'

export interface KnownCaller extends Caller {
  readonly clientId: string
}

/**
 * The caller and its client. Only an authenticated client may say whom it speaks for; a browser is
 * always the public client, since it cannot keep a secret.
 * @throws ProblemError `invalid_client`
 */
export async function authenticateCaller(
  c: AppContext,
  { clients }: Services,
): Promise<KnownCaller> {
  const caller = c.get('caller')
  const { headers } = c.req.raw
  const credentials = clientCredentials(headers)
  if (!credentials) return { ...caller, clientId: PUBLIC_CLIENT_ID }
  const client = caller.fromBrowser
    ? undefined
    : await clients.authenticate(credentials.id, credentials.secret)
  if (!client) throw new ProblemError('invalid_client')
  return { ...readStatedCaller(headers, caller), clientId: client.id }
}
