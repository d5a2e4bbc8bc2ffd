import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from './databases.js'
import {
  API,
  AS_API,
  JSON_FEED,
  readFeed,
  revoke,
  type Snapshot,
  SSE,
  sessionsIn,
} from './feed-fixture.js'
import {
  AS_CLIENT,
  BROWSER,
  basic,
  CLIENT,
  expectProblem,
  startServer,
  type TestServer,
} from './server-fixture.js'

describe.each(DATABASES)('the revocation feed on %s', (_name, open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ clients: [CLIENT, API] }, open)
  })
  afterAll(async () => {
    await server?.server.close()
    await server?.close()
  })

  const stream = async (headers: Record<string, string> = {}, query = '') =>
    readFeed(await server.get(`/revocations${query}`, { ...SSE, ...headers }))
  const snapshot = async (query = '', headers: Record<string, string> = {}): Promise<Snapshot> =>
    (await server.get(`/revocations${query}`, { ...JSON_FEED, ...headers })).json()

  it('begins with everything, and goes on with what happens', async () => {
    const before = await revoke(server.database)
    const feed = await stream()

    const first = await feed.snapshot()
    const { refreshToken, accessToken } = await server.signUp()
    await server.post('/logout', { refreshToken })
    const frame = await feed.next('revocation')
    await feed.close()

    expect(first).toMatchObject({ complete: true, now: expect.any(Number) })
    expect(sessionsIn(first)).toContain(before)
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString())
    expect(frame.data.sub_id).toEqual({
      format: 'complex',
      user: { format: 'iss_sub', iss: claims.iss, sub: claims.sub },
      session: { format: 'opaque', id: claims.sid },
    })
    expect(frame.data.events).toEqual({
      'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {
        event_timestamp: expect.any(Number),
        reason_admin: { en: 'signed_out' },
      },
    })
  })

  it('goes on where a reader stood, by header and by query', async () => {
    const cut = await stream()
    await cut.snapshot()
    const known = await revoke(server.database)
    const { id: cursor } = await cut.session(known)
    await cut.close()
    const missed = await revoke(server.database)

    const byHeader = await (await stream({ 'Last-Event-ID': cursor })).snapshot()
    const byQuery = await (await stream({}, `?since=${cursor}`)).snapshot()

    for (const told of [byHeader, byQuery]) {
      expect(told.complete).toBe(false)
      expect(sessionsIn(told)).toEqual([missed])
    }
  })

  it.each(['999999999-1', 'nonsense', '1', '999999999999999999999-1'])(
    'tells everything to who comes with the unknown cursor %s',
    async (cursor) => {
      const known = await revoke(server.database)

      const told = await snapshot(`?since=${cursor}`)

      expect(told.complete).toBe(true)
      expect(sessionsIn(told)).toContain(known)
    },
  )

  it('does not tell what is older than every token', async () => {
    const old = randomUUID()
    await server.database.query({
      text: `insert into countersign_revocations (session_id, user_id, reason, at)
             values ($1, 'somebody', 'signed_out', clock_timestamp() - interval '1 hour')`,
      values: [old],
    })
    const fresh = await startServer({ clients: [API] }, async () => ({
      database: server.database,
      close: async () => {},
    }))

    const told = await (await fresh.get('/revocations', JSON_FEED)).json()
    await fresh.server.close()

    expect(sessionsIn(told)).not.toContain(old)
  })

  it('answers a long poll as soon as there is news', async () => {
    const { cursor } = await snapshot()
    const waiting = server.get(`/revocations?since=${cursor}`, {
      ...JSON_FEED,
      Prefer: 'respond-async, wait=100',
    })
    const revoked = await revoke(server.database)

    const answer = await waiting

    expect(answer.headers.get('preference-applied')).toBe('wait=25')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(sessionsIn(await answer.json())).toEqual([revoked])
  })

  it('answers a long poll with nothing when the time is over', async () => {
    const { cursor } = await snapshot()

    const answer = await server.get(`/revocations?since=${cursor}`, {
      ...JSON_FEED,
      Prefer: 'wait=1',
    })

    expect(answer.headers.get('preference-applied')).toBe('wait=1')
    expect(await answer.json()).toMatchObject({ cursor, complete: false, events: [] })
  })

  it('waits for nobody who does not ask for it', async () => {
    const { cursor } = await snapshot()

    const answer = await server.get(`/revocations?since=${cursor}`, JSON_FEED)

    expect(answer.headers.has('preference-applied')).toBe(false)
    expect(await answer.json()).toMatchObject({ complete: false, events: [] })
  })
})

describe('the revocation feed', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ clients: [CLIENT, API] })
  })
  afterAll(() => server?.close())

  it.each([
    ['without a credential', {}],
    ['with a wrong secret', basic(API.id, CLIENT.secret)],
    ['of an unknown client', basic('nobody', API.secret)],
    ['with an access token', { Authorization: 'Bearer abc' }],
    [
      'with half a credential',
      { Authorization: `Basic ${Buffer.from(API.id).toString('base64')}` },
    ],
    ['from a browser', { ...AS_API, ...BROWSER }],
  ])('refuses a call %s', async (_name, headers) => {
    const answer = await server.get('/revocations', headers as Record<string, string>)

    await expectProblem(answer, 401, 'invalid_client')
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="countersign"')
  })

  it('refuses a client that may not read it', async () => {
    await expectProblem(await server.get('/revocations', AS_CLIENT), 403, 'insufficient_scope')
  })

  it('is named by the metadata', async () => {
    const path = '/.well-known/oauth-authorization-server/api/auth'
    const metadata = await (await server.call('GET', path)).json()

    expect(metadata.revocation_feed_uri).toBe('https://auth.example.com/api/auth/revocations')
  })
})
