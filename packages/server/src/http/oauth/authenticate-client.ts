import { type ClientAssertion, PUBLIC_CLIENT_ID, verifyClientAssertion } from '@countersign/core'
import type { Client, Clients } from '../../clients/clients.js'
import { type ClientCredentials, clientCredentials, isClientId } from '../credentials.js'
import type { Form } from './form-body.js'
import { OAuthError } from './oauth-error.js'

/** A client as it came with this request. */
export interface PresentClient extends Client {
  /**
   * Reads an assertion that it signed with the secret which it has just shown; the server itself
   * keeps only a hash. Absent for a client without a secret.
   * @throws TokenError
   */
  readonly readAssertion?: (token: string, issuer: string) => ClientAssertion
}

/** Whoever shows no credential. */
const PUBLIC: PresentClient = { id: PUBLIC_CLIENT_ID, scopes: [] }

/**
 * The client of a request, by HTTP Basic or by `client_id` and `client_secret` in the form
 * (RFC 6749 section 2.3.1); without either it is the public one.
 * @throws OAuthError `invalid_client`; `invalid_request` for two credentials, or halves that differ
 */
export async function authenticateClient(
  headers: Headers,
  form: Form,
  clients: Clients,
): Promise<PresentClient> {
  const credentials = readCredentials(headers, form)
  if (!credentials) return PUBLIC
  const client = await clients.authenticate(credentials.id, credentials.secret)
  if (!client) throw new OAuthError('invalid_client')
  const { id: clientId, secret: clientSecret } = credentials
  return {
    ...client,
    readAssertion: (token, issuer) =>
      verifyClientAssertion(token, { clientId, clientSecret, issuer }),
  }
}

function readCredentials(headers: Headers, form: Form): ClientCredentials | undefined {
  const methods = [
    headers.has('authorization'),
    form.has('client_secret'),
    form.has('client_assertion') || form.has('client_assertion_type'),
  ]
  if (methods.filter(Boolean).length > 1) {
    throw new OAuthError('invalid_request', { description: 'use one way to authenticate' })
  }
  const [byHeader, byForm, byAssertion] = methods
  if (byAssertion) throw unsupported()
  if (byHeader) return basicCredentials(headers, form.get('client_id'))
  return byForm ? formCredentials(form) : withoutCredentials(form)
}

function basicCredentials(headers: Headers, stated: string | undefined): ClientCredentials {
  if (!/^Basic /i.test(headers.get('authorization') ?? '')) throw unsupported()
  const credentials = clientCredentials(headers)
  if (!credentials) throw new OAuthError('invalid_client')
  if (stated !== undefined && stated !== credentials.id) {
    throw new OAuthError('invalid_request', {
      description: 'client_id is not the one of the credential',
    })
  }
  return credentials
}

function formCredentials(form: Form): ClientCredentials {
  const [id, secret] = [form.get('client_id'), form.get('client_secret')]
  if (id === undefined || secret === undefined) {
    throw new OAuthError('invalid_request', { description: 'client_id is missing' })
  }
  if (!isClientId(id)) throw new OAuthError('invalid_client')
  return { id, secret }
}

/** A client that can keep a secret must show it. */
function withoutCredentials(form: Form): undefined {
  const id = form.get('client_id')
  if (id === undefined || id === PUBLIC_CLIENT_ID) return undefined
  throw new OAuthError('invalid_client', { description: 'the client must authenticate' })
}

function unsupported(): OAuthError {
  return new OAuthError('invalid_client', {
    description: 'authenticate with client_secret_basic or client_secret_post',
  })
}
