import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from './databases.js'
import { AS_OTHER, CLIENTS, expectOAuthError, oauthCalls } from './oauth-fixture.js'
import { type Account, AS_CLIENT, SECRET, startServer, type TestServer } from './server-fixture.js'
import { age, announced, stateOf } from './session-fixture.js'

const sidOf = ({ accessToken }: Account) => decodeJwt(accessToken).sid as string

describe.each(DATABASES)('revocation on %s', (_, open) => {
  let server: TestServer
  let oauth: ReturnType<typeof oauthCalls>
  beforeAll(async () => {
    server = await startServer({ clients: CLIENTS }, open)
    oauth = oauthCalls(server)
  })
  afterAll(() => server?.close())

  const expectDone = async (answer: Response) =>
    expect([answer.status, await answer.text()]).toEqual([200, '{}'])
  const expectEnded = async (account: Account) => {
    const { revoke_reason } = await stateOf(server.database, sidOf(account))
    expect(revoke_reason).toBe('signed_out')
    expect(await announced(server.database, sidOf(account))).toEqual(['signed_out'])
  }
  const expectAlive = async (account: Account) => {
    expect((await stateOf(server.database, sidOf(account))).revoked_at).toBeNull()
    expect(await announced(server.database, sidOf(account))).toEqual([])
  }

  it.each([
    ['the public client', {}],
    ['a confidential client', AS_CLIENT],
  ])('of a refresh token ends the session of %s, and says so', async (_name, headers) => {
    const account = await server.signUp(headers as Record<string, string>)

    await expectDone(await oauth.revoke(account.refreshToken, headers as Record<string, string>))

    await expectEnded(account)
    await expectOAuthError(
      await oauth.grant(account.refreshToken, headers as Record<string, string>),
      400,
      'invalid_grant',
    )
  })

  it('of an outdated refresh token ends the session too', async () => {
    const account = await server.signUp()
    await age(server.database, sidOf(account), 60)
    await oauth.grant(account.refreshToken)

    await expectDone(await oauth.revoke(account.refreshToken))

    await expectEnded(account)
  })

  it('of a token that was revoked before is no error, and no second announcement', async () => {
    const account = await server.signUp()

    await expectDone(await oauth.revoke(account.refreshToken))
    await expectDone(await oauth.revoke(account.refreshToken))

    await expectEnded(account)
  })

  it('of an access token ends the session that it names', async () => {
    const account = await server.signUp(AS_CLIENT)

    await expectDone(await oauth.revoke(account.accessToken, AS_CLIENT))

    await expectEnded(account)
  })

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['another client', AS_CLIENT, AS_OTHER],
    ['nobody', AS_CLIENT, {}],
    ['a client to which the session of the public one is foreign', {}, AS_OTHER],
  ])('by %s ends nothing and is answered alike', async (_name, owner, caller) => {
    const account = await server.signUp(owner)

    await expectDone(await oauth.revoke(account.refreshToken, caller))
    await expectDone(await oauth.revoke(account.accessToken, caller))

    await expectAlive(account)
  })

  it('is not to be had by an API that was handed a token of the public client', async () => {
    const account = await server.signUp()

    const answer = await oauth.revoke(account.accessToken)

    await expectOAuthError(answer, 400, 'unsupported_token_type')
    await expectAlive(account)
  })

  it.each(['words', 'a.b.c', 'csr_', `csr_${'A'.repeat(72)}`, 'a\0b'])(
    'of the unknown token "%s" is no error',
    async (token) => {
      await expectDone(await oauth.revoke(token, AS_CLIENT))
      await expectDone(await oauth.revoke(token))
    },
  )

  it('of nothing is one', async () => {
    await expectOAuthError(await oauth.form('/revoke', {}), 400, 'invalid_request')
  })
})

describe('revocation with a shared secret', () => {
  it('takes refresh tokens only: every API could make the access token', async () => {
    const jwtSecret = `${SECRET}jwt`
    const server = await startServer({ clients: CLIENTS, algorithm: 'HS256', jwtSecret })
    const { revoke } = oauthCalls(server)
    const account = await server.signUp(AS_CLIENT)

    const byAccess = await revoke(account.accessToken, AS_CLIENT)
    const before = await stateOf(server.database, sidOf(account))
    const byRefresh = await revoke(account.refreshToken, AS_CLIENT)
    const after = await stateOf(server.database, sidOf(account))
    await server.close()

    await expectOAuthError(byAccess, 400, 'unsupported_token_type')
    expect([byRefresh.status, before.revoked_at, after.revoke_reason]).toEqual([
      200,
      null,
      'signed_out',
    ])
  })
})
