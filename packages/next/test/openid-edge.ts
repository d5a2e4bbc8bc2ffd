import { generateKeyPairSync } from 'node:crypto'
import { publicJwk, signingKeyFromJwk, signJwt } from '@countersign/core'
import { customFetch } from 'next-auth'
import type { OIDCConfig } from 'next-auth/providers'
import type { setUpAuthJs } from './auth-js-app.js'

const ISSUER = 'https://provider.test'
const CLIENT_ID = 'web'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }

/** The network edge of an OpenID provider at which this person is signed in. */
export function openid(id: string, profile: object) {
  const asked = { nonce: '' }
  const answers: Record<string, () => object> = {
    '/.well-known/openid-configuration': () => ({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/token`,
      userinfo_endpoint: `${ISSUER}/me`,
      jwks_uri: `${ISSUER}/jwks`,
    }),
    '/jwks': () => ({ keys: [publicJwk(jwk)] }),
    '/token': () => ({
      access_token: 'a',
      token_type: 'Bearer',
      id_token: idToken(profile, asked),
    }),
    '/me': () => profile,
  }
  const config: OIDCConfig<Record<string, string>> & { [customFetch]: typeof fetch } = {
    id,
    name: id,
    type: 'oidc',
    issuer: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: 'secret of the client',
    checks: ['pkce', 'state'],
    [customFetch]: async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input))
      return Response.json(answers[pathname]?.() ?? {})
    },
  }
  return { config, signIn: (setup: Setup) => signIn(setup, id) }
}

type Setup = Awaited<ReturnType<typeof setUpAuthJs>>

/** Goes there and comes back; resolves to the page in the end. */
async function signIn({ call, csrfToken }: Setup, id: string): Promise<URL> {
  const there = await call(`signin/${id}`, { csrfToken: await csrfToken() })
  const state = new URL(there.headers.get('location') ?? '').searchParams.get('state') ?? ''
  const back = await call(
    `callback/${id}?${new URLSearchParams({ code: 'c', state, iss: ISSUER })}`,
  )
  return new URL(back.headers.get('location') ?? ISSUER)
}

function idToken(profile: object, { nonce }: { nonce: string }): string {
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss: ISSUER, aud: CLIENT_ID, iat, exp: iat + 60, ...(nonce ? { nonce } : {}) }
  return signJwt({ ...claims, ...profile }, { key: signingKeyFromJwk(jwk) })
}
