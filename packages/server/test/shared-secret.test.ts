import { hmacKey, signAccessToken } from '@countersign/core'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLIENTS, oauthCalls } from './oauth-fixture.js'
import {
  type Account,
  AS_CLIENT,
  bearer,
  NO_BODY,
  SECRET,
  startServer,
  type TestServer,
} from './server-fixture.js'
import { stateOf } from './session-fixture.js'

const JWT_SECRET = `${SECRET} that every API holds`

let server: TestServer
let account: Account
let claims: Parameters<typeof signAccessToken>[0]
beforeAll(async () => {
  server = await startServer({ clients: CLIENTS, algorithm: 'HS256', jwtSecret: JWT_SECRET })
  account = await server.signUp(AS_CLIENT)
  claims = decodeJwt(account.accessToken) as typeof claims
})
afterAll(() => server?.close())

/** As an API could make it that holds the secret. */
const forged = () => signAccessToken({ ...claims, role: 'admin' }, hmacKey(JWT_SECRET))

describe('a token that an API made with the shared secret', () => {
  it.each([
    ['GET', '/sessions'],
    ['DELETE', '/sessions'],
    ['DELETE', '/sessions/{id}'],
    ['POST', '/logout'],
    ['POST', '/refresh'],
  ])('does not open %s %s', async (method, path) => {
    const headers = { ...bearer(forged()), ...NO_BODY }

    const answer = await server.call(method, path.replace('{id}', String(claims.sid)), { headers })

    expect([400, 401]).toContain(answer.status)
  })

  it('is neither exchanged for a session nor ends one', async () => {
    const oauth = oauthCalls(server)
    const answers = [
      await oauth.grant(forged(), AS_CLIENT),
      await oauth.revoke(forged(), AS_CLIENT),
      await oauth.introspect(forged(), AS_CLIENT),
    ]

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 403])
  })

  it('has changed nothing, and has no role that the database does not know', async () => {
    const me = await (await server.get('/me', bearer(forged()))).json()

    expect(me.user.role).toBe('user')
    expect((await stateOf(server.database, String(claims.sid))).revoked_at).toBeNull()
  })
})
