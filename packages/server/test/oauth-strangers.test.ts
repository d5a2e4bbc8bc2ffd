import * as oauth4webapi from 'oauth4webapi'
import * as openidClient from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgres, type TestDatabase } from './databases.js'
import { listeningServer } from './listening-fixture.js'
import { API_CLIENT, CLIENTS } from './oauth-fixture.js'
import { type Account, AS_CLIENT, CLIENT, callsTo } from './server-fixture.js'
import { ageAll } from './session-fixture.js'

let opened: TestDatabase
let listening: Awaited<ReturnType<typeof listeningServer>>
let issuer: URL
let signUp: (headers?: Record<string, string>) => Promise<Account>
beforeAll(async () => {
  opened = await postgres()
  listening = await listeningServer(opened.database, { clients: CLIENTS })
  issuer = new URL(listening.base)
  signUp = callsTo(listening.server).signUp
})
afterAll(async () => {
  await listening?.close()
  await opened?.close()
})

describe('oauth4webapi', () => {
  const INSECURE = { [oauth4webapi.allowInsecureRequests]: true }
  const discover = async () =>
    oauth4webapi.processDiscoveryResponse(
      issuer,
      await oauth4webapi.discoveryRequest(issuer, { algorithm: 'oauth2', ...INSECURE }),
    )
  const METHODS = [
    ['client_secret_basic', oauth4webapi.ClientSecretBasic],
    ['client_secret_post', oauth4webapi.ClientSecretPost],
  ] as const

  const ask = async (
    question: 'introspection' | 'revocation' | 'refresh',
    { id, secret }: { readonly id: string; readonly secret: string },
    token: string,
    method: (secret: string) => oauth4webapi.ClientAuth = oauth4webapi.ClientSecretBasic,
  ) => {
    const server = await discover()
    const client = { client_id: id }
    const authentication = id === 'public' ? oauth4webapi.None() : method(secret)
    if (question === 'introspection') {
      return oauth4webapi.processIntrospectionResponse(
        server,
        client,
        await oauth4webapi.introspectionRequest(server, client, authentication, token, INSECURE),
      )
    }
    if (question === 'revocation') {
      return oauth4webapi.processRevocationResponse(
        await oauth4webapi.revocationRequest(server, client, authentication, token, INSECURE),
      )
    }
    return oauth4webapi.processRefreshTokenResponse(
      server,
      client,
      await oauth4webapi.refreshTokenGrantRequest(server, client, authentication, token, INSECURE),
    )
  }

  it('finds every endpoint in the metadata', async () => {
    expect(await discover()).toMatchObject({
      issuer: issuer.href,
      token_endpoint: `${issuer.href}/token`,
      introspection_endpoint: `${issuer.href}/introspect`,
      revocation_endpoint: `${issuer.href}/revoke`,
      grant_types_supported: ['refresh_token', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    })
  })

  it.each(METHODS)('refreshes, introspects and revokes with %s', async (_name, method) => {
    const { refreshToken } = await signUp(AS_CLIENT)
    await ageAll(opened.database, 60)

    const session = await ask('refresh', CLIENT, refreshToken, method)
    const { access_token, refresh_token = '' } = session as oauth4webapi.TokenEndpointResponse
    const before = await ask('introspection', API_CLIENT, access_token, method)
    await ask('revocation', CLIENT, refresh_token, method)
    const after = await ask('introspection', API_CLIENT, access_token, method)

    expect(refresh_token).not.toBe(refreshToken)
    expect(before).toMatchObject({ active: true, client_id: CLIENT.id, iss: issuer.href })
    expect(after).toEqual({ active: false })
  })

  it('refreshes as the public client', async () => {
    const { refreshToken } = await signUp()

    const session = await ask('refresh', { id: 'public', secret: '' }, refreshToken)

    expect(session).toMatchObject({ token_type: 'bearer', expires_in: 900 })
  })

  it('understands that a session has ended', async () => {
    const { refreshToken } = await signUp(AS_CLIENT)
    await ask('revocation', CLIENT, refreshToken)

    await expect(ask('refresh', CLIENT, refreshToken)).rejects.toMatchObject({
      name: 'ResponseBodyError',
      error: 'invalid_grant',
      status: 400,
    })
  })

  it('understands that its secret is wrong', async () => {
    const { refreshToken } = await signUp(AS_CLIENT)
    const wrong = { id: CLIENT.id, secret: API_CLIENT.secret }

    await expect(ask('refresh', wrong, refreshToken)).rejects.toMatchObject({
      name: 'WWWAuthenticateChallengeError',
      cause: [{ scheme: 'basic', parameters: { realm: 'countersign' } }],
    })
  })
})

describe('openid-client', () => {
  const configure = ({ id, secret }: { readonly id: string; readonly secret: string }) =>
    openidClient.discovery(issuer, id, undefined, openidClient.ClientSecretBasic(secret), {
      algorithm: 'oauth2',
      execute: [openidClient.allowInsecureRequests],
    })

  it('refreshes, introspects and revokes', async () => {
    const { refreshToken } = await signUp(AS_CLIENT)
    const [web, api] = await Promise.all([configure(CLIENT), configure(API_CLIENT)])

    const session = await openidClient.refreshTokenGrant(web, refreshToken)
    const before = await openidClient.tokenIntrospection(api, session.access_token)
    await openidClient.tokenRevocation(web, session.access_token)
    const after = await openidClient.tokenIntrospection(api, session.refresh_token ?? '')

    expect(session.expiresIn()).toBeGreaterThan(890)
    expect(before).toMatchObject({ active: true, token_type: 'Bearer' })
    expect(after).toEqual({ active: false })
  })

  it('understands that a grant belongs to another client', async () => {
    const { refreshToken } = await signUp(AS_CLIENT)

    const refreshed = openidClient.refreshTokenGrant(await configure(API_CLIENT), refreshToken)

    await expect(refreshed).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
  })

  it('understands that it may not introspect', async () => {
    const { accessToken } = await signUp(AS_CLIENT)

    const asked = openidClient.tokenIntrospection(await configure(CLIENT), accessToken)

    await expect(asked).rejects.toMatchObject({ error: 'insufficient_scope', status: 403 })
  })
})
