import { createServer } from 'node:http'
import { generatePrivateJwk } from '@countersign/core'
import Provider from 'oidc-provider'
import { answerParent } from './answer-parent.mjs'

const RESOURCE = 'urn:todo-api'
const CLIENT = { client_id: 'web', client_secret: 'a client secret for benchmarks' }

/**
 * oidc-provider in memory: rotation on, JWT access tokens signed with EdDSA, no ID token (no
 * `openid` scope). It asks no database, which favours it.
 */
const provider = new Provider('http://localhost:3000', {
  clients: [
    {
      ...CLIENT,
      grant_types: ['refresh_token', 'authorization_code'],
      redirect_uris: ['http://localhost:3000/callback'],
    },
  ],
  jwks: { keys: [await generatePrivateJwk('EdDSA')] },
  enabledJWA: { idTokenSigningAlgValues: ['EdDSA'] },
  clientDefaults: { id_token_signed_response_alg: 'EdDSA' },
  scopes: ['api', 'offline_access'],
  rotateRefreshToken: true,
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'api',
        audience: 'todo-api',
        accessTokenTTL: 900,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'EdDSA' } },
      }),
    },
  },
})

/** A refresh token as a sign-in would leave it. */
async function refreshToken(accountId) {
  const client = await provider.Client.find(CLIENT.client_id)
  const grant = new provider.Grant({ accountId, clientId: CLIENT.client_id })
  grant.addResourceScope(RESOURCE, 'api')
  grant.addOIDCScope('offline_access')
  const grantId = await grant.save()
  const token = new provider.RefreshToken({
    ...{ accountId, client, grantId, gty: 'authorization_code' },
    scope: 'offline_access api',
    resource: RESOURCE,
    authTime: Math.floor(Date.now() / 1000),
    rotations: 0,
    iiat: Math.floor(Date.now() / 1000),
  })
  return token.save()
}

const http = createServer(provider.callback())
http.listen(0, '127.0.0.1', () => {
  answerParent({ refreshToken })
  process.send({ port: http.address().port })
})
