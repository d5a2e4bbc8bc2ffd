import 'server-only'
import type { OIDCConfig, Provider } from 'next-auth/providers'
import GitHub from 'next-auth/providers/github'
import Google from 'next-auth/providers/google'

/** A button on the sign-in page. */
export interface ProviderButton {
  readonly id: string
  readonly name: string
}

/** Google, GitHub and an OpenID provider of your own, each if its variables are set. */
export function providers(): Provider[] {
  const { AUTH_GOOGLE_ID, AUTH_GITHUB_ID, AUTH_GITHUB_URL, AUTH_OPENID_ISSUER } = process.env
  const enterprise = { enterprise: { baseUrl: AUTH_GITHUB_URL || 'https://github.com' } }
  return [
    ...(AUTH_GOOGLE_ID ? [Google] : []),
    ...(AUTH_GITHUB_ID ? [AUTH_GITHUB_URL ? GitHub(enterprise) : GitHub] : []),
    ...(AUTH_OPENID_ISSUER ? [openid(AUTH_OPENID_ISSUER)] : []),
  ]
}

function openid(issuer: string): OIDCConfig<Record<string, string>> {
  const { AUTH_OPENID_ID = '', AUTH_OPENID_SECRET = '' } = process.env
  return {
    id: 'openid',
    name: 'OpenID',
    type: 'oidc',
    issuer,
    clientId: AUTH_OPENID_ID,
    clientSecret: AUTH_OPENID_SECRET,
    checks: ['pkce', 'state'],
    // Where the standard puts name and address; Google repeats them in the ID token.
    idToken: false,
  }
}

/** The buttons of these providers. */
export function providerButtons(): readonly ProviderButton[] {
  return providers().map((provider) => {
    const { id, name } = typeof provider === 'function' ? provider() : provider
    return { id, name }
  })
}
