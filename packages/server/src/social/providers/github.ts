import * as oauth from 'oauth4webapi'
import type { OutgoingFetch } from '../../outgoing/outgoing-fetch.js'
import type { Provider, SignInEnd } from '../provider.js'
import type { SocialPerson } from '../social-accounts.js'
import { SocialFailure } from '../social-failure.js'
import { authorizationUrl, explained, requestOptions } from './oauth-code.js'

export interface GithubSettings {
  readonly id: string
  readonly name: string
  readonly clientId: string
  readonly clientSecret: string
  /** Address of a GitHub Enterprise Server; github.com unless given. */
  readonly url?: string | undefined
}

const GITHUB = 'https://github.com'
const SCOPES = ['read:user', 'user:email']

interface User {
  readonly id: number
  readonly login: string
  readonly name: string | null
  readonly avatar_url?: string
}

interface Address {
  readonly email: string
  readonly primary: boolean
  readonly verified: boolean
}

/** GitHub, which speaks OAuth 2.0 without OpenID: people and their addresses are at its API. */
export function githubProvider(settings: GithubSettings, fetch: OutgoingFetch): Provider {
  const { id, name, url = GITHUB } = settings
  const client = { client_id: settings.clientId }
  const server = {
    issuer: url,
    authorization_endpoint: `${url}/login/oauth/authorize`,
    token_endpoint: `${url}/login/oauth/access_token`,
  }
  const api = url === GITHUB ? 'https://api.github.com' : `${url}/api/v3`
  const ask = async <T>(path: string, token: string): Promise<T> => {
    const headers = { Accept: 'application/vnd.github+json', Authorization: `Bearer ${token}` }
    const answer = await fetch(api + path, { headers })
    if (answer.status !== 200) throw new SocialFailure('sign_in_failed')
    return (await answer.json()) as T
  }
  return {
    id,
    name,
    authorizationUrl: (start) =>
      explained(async () => authorizationUrl(server, client, SCOPES, start)),
    identify: (answer, end) =>
      explained(async () => {
        const token = await redeem(server, settings, fetch, { answer, end })
        const user = await ask<User>('/user', token)
        return personOf(id, user, await ask<readonly Address[]>('/user/emails', token))
      }),
  }
}

async function redeem(
  server: oauth.AuthorizationServer,
  { clientId, clientSecret }: GithubSettings,
  fetch: OutgoingFetch,
  { answer, end }: { readonly answer: URLSearchParams; readonly end: SignInEnd },
): Promise<string> {
  const client = { client_id: clientId }
  const code = oauth.validateAuthResponse(server, client, answer, end.state)
  const authentication = oauth.ClientSecretPost(clientSecret)
  const response = await oauth.authorizationCodeGrantRequest(
    ...([server, client, authentication, code, end.redirectUri, end.codeVerifier] as const),
    requestOptions(fetch),
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response)
  return tokens.access_token
}

/** The numeric id stays with a person; the login does not, and somebody else may have it tomorrow. */
function personOf(provider: string, user: User, addresses: readonly Address[]): SocialPerson {
  if (!Number.isSafeInteger(user.id) || !Array.isArray(addresses)) {
    throw new SocialFailure('sign_in_failed')
  }
  const primary = addresses.find((address) => address.primary === true)
  if (typeof primary?.email !== 'string') throw new SocialFailure('email_missing')
  return {
    provider,
    accountId: String(user.id),
    email: primary.email,
    emailVerified: primary.verified === true,
    name: user.name ?? user.login,
    image: user.avatar_url,
  }
}
