import * as oauth from 'oauth4webapi'
import type { OutgoingFetch } from '../../outgoing/outgoing-fetch.js'
import type { Provider, SignInEnd } from '../provider.js'
import type { SocialPerson } from '../social-accounts.js'
import { SocialFailure } from '../social-failure.js'
import { authorizationUrl, explained, requestOptions } from './oauth-code.js'

export interface OpenidSettings {
  readonly id: string
  readonly name: string
  /** Compared exactly with `iss`; its keys alone verify ID tokens. Never taken from a token. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
}

/** For how long what a provider says of itself is believed. */
const METADATA_MILLISECONDS = 3_600_000

/** Any OpenID provider (OpenID Connect Core 1.0, code flow with PKCE and a nonce). */
export function openidProvider(settings: OpenidSettings, fetch: OutgoingFetch): Provider {
  const { id, name, scopes } = settings
  const client = { client_id: settings.clientId }
  const discover = discovery(new URL(settings.issuer), fetch)
  return {
    id,
    name,
    authorizationUrl: (start) =>
      explained(async () => authorizationUrl(await discover(), client, scopes, start)),
    identify: (answer, end) =>
      explained(async () => {
        const server = await discover()
        const claims = await readClaims({ server, settings, fetch }, answer, end)
        return personOf(id, claims)
      }),
  }
}

interface Context {
  readonly server: oauth.AuthorizationServer
  readonly settings: OpenidSettings
  readonly fetch: OutgoingFetch
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

async function readClaims(
  { server, settings, fetch }: Context,
  answer: URLSearchParams,
  { state, redirectUri, codeVerifier, nonce }: SignInEnd,
): Promise<Claims> {
  const client = { client_id: settings.clientId }
  const options = requestOptions(fetch)
  const code = oauth.validateAuthResponse(server, client, answer, state)
  const authentication = authenticationFor(server, settings.clientSecret)
  const response = await oauth.authorizationCodeGrantRequest(
    ...([server, client, authentication, code, redirectUri, codeVerifier] as const),
    options,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(server, response, options)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (!claims) throw new SocialFailure('sign_in_failed')
  if (claims.email !== undefined || !server.userinfo_endpoint) return claims
  const asked = await oauth.userInfoRequest(server, client, tokens.access_token, options)
  return { ...(await oauth.processUserInfoResponse(server, client, claims.sub, asked)) }
}

function personOf(provider: string, claims: Claims): SocialPerson {
  const { sub, email, email_verified: emailVerified, name, picture } = claims
  if (typeof email !== 'string' || email === '') throw new SocialFailure('email_missing')
  return {
    provider,
    accountId: sub,
    email,
    emailVerified: emailVerified === true,
    name: typeof name === 'string' ? name : undefined,
    image: typeof picture === 'string' ? picture : undefined,
  }
}

/** Basic unless the provider does not take it (RFC 8414 section 2). */
function authenticationFor(
  { token_endpoint_auth_methods_supported: methods }: oauth.AuthorizationServer,
  secret: string,
): oauth.ClientAuth {
  const takesBasic = !methods || methods.includes('client_secret_basic')
  return takesBasic ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret)
}

/** Asks once for all who wait, and again after an hour or a failure. */
function discovery(issuer: URL, fetch: OutgoingFetch): () => Promise<oauth.AuthorizationServer> {
  let known: Promise<oauth.AuthorizationServer> | undefined
  let until = 0
  return () => {
    if (known && until > performance.now()) return known
    until = performance.now() + METADATA_MILLISECONDS
    known = oauth
      .discoveryRequest(issuer, requestOptions(fetch))
      .then((response) => oauth.processDiscoveryResponse(issuer, response))
    known.catch(() => {
      known = undefined
    })
    return known
  }
}
