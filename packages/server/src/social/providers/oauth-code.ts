import * as oauth from 'oauth4webapi'
import { OutgoingError, type OutgoingFetch } from '../../outgoing/outgoing-fetch.js'
import type { SignInStart } from '../provider.js'
import { SocialFailure } from '../social-failure.js'

/** How every request to a provider is made. What may be asked over http, `outgoingFetch` decides. */
export function requestOptions(fetch: OutgoingFetch) {
  return {
    [oauth.customFetch]: (url: string, init: Parameters<OutgoingFetch>[1]) => fetch(url, init),
    [oauth.allowInsecureRequests]: true,
  }
}

/** Where a browser asks for a code (RFC 6749 section 4.1.1, RFC 7636). */
export function authorizationUrl(
  server: Pick<oauth.AuthorizationServer, 'authorization_endpoint'>,
  client: oauth.Client,
  scopes: readonly string[],
  { redirectUri, state, nonce, codeChallenge }: SignInStart,
): URL {
  const { authorization_endpoint: endpoint } = server
  if (!endpoint) throw new SocialFailure('temporarily_unavailable')
  const url = new URL(endpoint)
  const parameters = {
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: scopes.join(' '),
    state,
    nonce,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

/** What a person may be told of the errors that providers answer with (RFC 6749 section 4.1.2.1). */
const TOLD = {
  access_denied: 'access_denied',
  consent_required: 'access_denied',
  interaction_required: 'access_denied',
  login_required: 'access_denied',
  server_error: 'temporarily_unavailable',
  temporarily_unavailable: 'temporarily_unavailable',
} as const

/**
 * Runs a part of the protocol, and says of every failure what a person may be told.
 * @throws SocialFailure
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SocialFailure) throw error
    if (error instanceof OutgoingError) {
      throw new SocialFailure('temporarily_unavailable', { cause: error })
    }
    if (error instanceof oauth.AuthorizationResponseError && Object.hasOwn(TOLD, error.error)) {
      throw new SocialFailure(TOLD[error.error as keyof typeof TOLD], { cause: error })
    }
    throw new SocialFailure('sign_in_failed', { cause: error })
  }
}
