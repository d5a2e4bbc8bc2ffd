import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { postgres } from './databases.js'
import { AS_OTHER, CLIENTS, expectOAuthError, oauthCalls } from './oauth-fixture.js'
import { startServer, type TestServer } from './server-fixture.js'

const REFUSED = Object.assign(new Error('no route to db.internal'), { code: 'ECONNREFUSED' })
const ODD = new Error('a value of somebody: 12345')

let fault: Error | undefined
let server: TestServer
let oauth: ReturnType<typeof oauthCalls>
beforeAll(async () => {
  server = await startServer({ clients: CLIENTS }, async () => {
    const { database, close } = await postgres()
    const query: Database['query'] = (statement) =>
      fault ? Promise.reject(fault) : database.query(statement)
    return { database: { ...database, query }, close }
  })
  oauth = oauthCalls(server)
})
afterEach(() => {
  fault = undefined
})
afterAll(() => server?.close())

describe('without a database', () => {
  it('asks to come again, and keeps the session', async () => {
    const { refreshToken, accessToken } = await server.signUp()
    // Believed for thirty seconds, so that what follows fails behind the credential.
    await oauth.introspect('words')

    fault = REFUSED
    const answers = [
      await oauth.grant(refreshToken),
      await oauth.introspect(refreshToken),
      await oauth.introspect(accessToken),
      await oauth.revoke(refreshToken),
      await oauth.revoke(refreshToken, AS_OTHER),
    ]
    fault = undefined

    for (const answer of answers) {
      await expectOAuthError(answer, 503, 'temporarily_unavailable')
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await answer.text()).not.toContain('db.internal')
    }
    expect((await oauth.grant(refreshToken)).status).toBe(200)
  })

  it('says nothing of an error that it does not understand', async () => {
    const { refreshToken } = await server.signUp()

    fault = ODD
    const answer = await oauth.grant(refreshToken)

    await expectOAuthError(answer, 500, 'server_error')
    expect(await answer.text()).not.toContain('12345')
  })
})
