import { randomBytes } from 'node:crypto'
import { encodeRefreshToken, parseRootSecrets } from '@countersign/core'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import { refreshTokenKeys } from '../src/sessions/refresh-token-keys.js'
import { postgres, type TestDatabase } from './databases.js'
import {
  type Account,
  BROWSER,
  basic,
  bearer,
  CLIENT,
  callsTo,
  expectProblem,
  SECRET,
  type SessionBody,
  serverOptions,
  watched,
} from './server-fixture.js'
import { age } from './session-fixture.js'

const PREFIX = 'csr_'
const [KEY] = refreshTokenKeys(parseRootSecrets(SECRET))

let opened: TestDatabase
let database: ReturnType<typeof watched>
let server: ReturnType<typeof callsTo>
let account: Account
let other: Account
beforeAll(async () => {
  opened = await postgres()
  database = watched(opened.database)
  server = callsTo(await createServer(serverOptions(database)))
  account = await server.signUp()
  other = await server.signUp()
})
afterAll(() => opened?.close())

const sessionId = ({ accessToken }: SessionBody) => String(decodeJwt(accessToken).sid)
const bytesOf = (token: string) => Buffer.from(token.slice(PREFIX.length), 'base64url')
const tokenOf = (bytes: Buffer) => PREFIX + bytes.toString('base64url')
const refreshed = async (token: string) =>
  (await (await server.refresh(token)).json()) as SessionBody

describe('POST /refresh', () => {
  it('gives the next token, and the same one to whoever repeats the request', async () => {
    const { refreshToken, ...session } = await server.signUp()
    await age(database, sessionId({ ...session, refreshToken }), 60)

    const [first, second] = [await refreshed(refreshToken), await refreshed(refreshToken)]

    expect(first.refreshToken).not.toBe(refreshToken)
    expect(second.refreshToken).toBe(first.refreshToken)
    expect(second.accessToken).not.toBe(first.accessToken)
  })

  it('shows a change of role in the next access token', async () => {
    const { refreshToken, accessToken, user } = await server.signUp()
    const text = `update "user" set role = 'admin', ver = ver + 1 where id = $1`
    await database.query({ text, values: [user.id] })

    const next = await refreshed(refreshToken)

    expect(decodeJwt(accessToken)).toMatchObject({ role: 'user', ver: 1 })
    expect(decodeJwt(next.accessToken)).toMatchObject({ role: 'admin', ver: 2 })
    expect(next.user.role).toBe('admin')
  })

  it('ends with the account', async () => {
    const { refreshToken, user } = await server.signUp()
    await database.query({ text: 'delete from "user" where id = $1', values: [user.id] })

    const problem = await expectProblem(await server.refresh(refreshToken), 401, 'session_ended')

    expect(problem).toMatchObject({ reason: 'user_deleted' })
  })

  it('exposes a token of a displaced lineage, and ends the session for both', async () => {
    const session = await server.signUp()
    const id = sessionId(session)
    await age(database, id, 3600)
    const second = await refreshed(session.refreshToken)
    await age(database, id, 3600)
    await refreshed(second.refreshToken)
    await age(database, id, 3600)

    const reused = await server.refresh(session.refreshToken)

    const problem = await expectProblem(reused, 401, 'refresh_reused')
    expect(problem).toMatchObject({ reason: 'refresh_reuse' })
    await expectProblem(await server.refresh(second.refreshToken), 401, 'session_ended')
  })

  it('keeps a session waiting whose token is ahead of the database', async () => {
    const { refreshToken } = await server.signUp()
    const bytes = bytesOf(refreshToken)
    const ahead = encodeRefreshToken(
      {
        sessionId: bytes
          .toString('hex', 2, 18)
          .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
        generation: 7,
        salt: bytes.subarray(22, 38),
      },
      KEY,
    )

    const answer = await server.refresh(ahead)

    await expectProblem(answer, 503, 'service_unavailable')
    expect(answer.headers.get('retry-after')).toBe('30')
    expect((await server.refresh(refreshToken)).status).toBe(200)
  })

  it('does not clear the cookie of a session that ended: a newer one may be on its way', async () => {
    const { cookie } = await server.signUpInBrowser()
    await server.fromBrowser('POST', '/logout', cookie)

    const answer = await server.fromBrowser('POST', '/refresh', cookie)

    await expectProblem(answer, 401, 'session_ended')
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['an empty object', '{}'],
  ])('refuses a server that sends %s', async (_name, body) => {
    const headers = body ? { 'Content-Type': 'application/json' } : {}
    const answer = await server.call('POST', '/refresh', { headers, ...(body ? { body } : {}) })

    expect([400, 401]).toContain(answer.status)
    expect(['invalid_request', 'missing_token']).toContain((await answer.json()).code)
  })

  it('refuses an access token wherever it is put', async () => {
    const { accessToken } = account
    const inBody = await server.refresh(accessToken)
    const asBearer = await server.call('POST', '/refresh', { headers: bearer(accessToken) })
    const both = await server.refresh(account.refreshToken, bearer(accessToken))
    const inCookie = await server.fromBrowser(
      'POST',
      '/refresh',
      `__Host-cs_refresh=${accessToken}`,
    )

    await expectProblem(inBody, 400, 'invalid_request')
    await expectProblem(asBearer, 401, 'missing_token')
    await expectProblem(both, 400, 'invalid_request')
    await expectProblem(inCookie, 401, 'refresh_invalid')
  })
})

describe('a refresh token that is not one of ours', () => {
  beforeEach(() => {
    database.statements.length = 0
  })

  const flipped = (token: string): [string, string][] =>
    Array.from({ length: 54 }, (_, position) => {
      const bytes = bytesOf(token)
      bytes[position] = (bytes[position] ?? 0) ^ (1 << (position % 8))
      return [`bit ${position % 8} of byte ${position} changed`, tokenOf(bytes)]
    })

  const forgeries = (): [string, string][] => {
    const token = account.refreshToken
    const mine = bytesOf(token)
    const foreign = bytesOf(other.refreshToken)
    const parts = { sessionId: crypto.randomUUID(), generation: 1, salt: randomBytes(16) }
    const otherSession = Buffer.concat([
      mine.subarray(0, 2),
      foreign.subarray(2, 18),
      mine.subarray(18),
    ])
    const otherGeneration = Buffer.from(mine)
    otherGeneration.writeUInt32BE(2, 18)
    return [
      ...flipped(token),
      ['truncated by a character', token.slice(0, -1)],
      ['truncated to half', token.slice(0, 38)],
      ['longer by a character', `${token}A`],
      ['padded', `${token.slice(0, -1)}=`],
      ['without its prefix', token.slice(PREFIX.length)],
      ['of another prefix', `csx_${token.slice(PREFIX.length)}`],
      ['of capital letters', token.toUpperCase()],
      ['the alphabet of ordinary base64', `${token.slice(0, -2)}+/`],
      ['the session of somebody else', tokenOf(otherSession)],
      ['of another generation', tokenOf(otherGeneration)],
      ['of another key', encodeRefreshToken(parts, { id: 1, key: randomBytes(32) })],
      ['of an unknown key id', encodeRefreshToken(parts, { ...KEY, id: 2 })],
      ['of nothing but zeros', tokenOf(Buffer.alloc(54))],
      ['random', tokenOf(randomBytes(54))],
      ['empty', ''],
      ['words', 'not a token at all'],
    ]
  }

  it('is refused without a query, in a body, a cookie and a header', async () => {
    for (const [name, token] of forgeries()) {
      const Cookie = `__Host-cs_refresh=${token}`
      const answers = [
        await server.refresh(token),
        await server.call('POST', '/refresh', {
          headers: { ...BROWSER, Cookie, 'X-Countersign': '1' },
        }),
      ]
      for (const answer of answers) {
        expect([name, answer.status, (await answer.json()).code]).toEqual([
          name,
          401,
          'refresh_invalid',
        ])
      }
      expect((await server.get('/sessions', bearer(token))).status).toBe(401)
    }
    expect(database.statements).toEqual([])
  })

  it('is refused without a query even with a client’s credential', async () => {
    const answer = await server.refresh(tokenOf(randomBytes(54)), basic(CLIENT.id, CLIENT.secret))

    await expectProblem(answer, 401, 'refresh_invalid')
    expect(database.statements).toEqual([])
  })

  it('is refused after one query when its session does not exist', async () => {
    const parts = { sessionId: crypto.randomUUID(), generation: 1, salt: randomBytes(16) }

    await expectProblem(
      await server.refresh(encodeRefreshToken(parts, KEY)),
      401,
      'refresh_invalid',
    )

    expect(database.statements).toHaveLength(1)
  })

  it('costs a genuine one exactly one query', async () => {
    expect((await server.refresh(account.refreshToken)).status).toBe(200)

    expect(database.statements).toHaveLength(1)
  })
})
