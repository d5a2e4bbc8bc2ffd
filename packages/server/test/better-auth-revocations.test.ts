import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestDatabase } from './databases.js'
import { readFeed } from './feed-fixture.js'
import { API, EMPTY_DATABASES, ISSUER, newEmail, PASSWORD, startIssuer } from './issuer-fixture.js'
import { basic } from './server-fixture.js'

type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** A loaded machine takes its time. */
const CEILING = { timeout: 10_000, interval: 20 }
const AS_API = basic(API.id, API.secret)

describe.each(EMPTY_DATABASES)('the revocations of a Better Auth on %s', (_name, open) => {
  let test: TestDatabase
  let issuer: Issuer
  let verifier: ReturnType<Issuer['verifier']>

  beforeAll(async () => {
    test = await open()
    issuer = await startIssuer(test.database, {})
    verifier = issuer.verifier({ revocations: { clientId: API.id, clientSecret: API.secret } })
    await verifier.ready()
    await vi.waitFor(() => expect(verifier.feed.state).toBe('live'), CEILING)
  })
  afterAll(async () => {
    verifier.close()
    await test.close()
  })

  const isRefused = (token: string) =>
    vi.waitFor(
      () => expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_revoked' }),
      CEILING,
    )
  const account = async () => {
    const email = newEmail()
    const cookie = await issuer.signUp(email)
    const token = await issuer.token(cookie)
    const { userId } = await verifier.verify(token)
    return { email, cookie, token, userId }
  }
  /** The cookies of an administrator, whom only the database can make. */
  const administrator = async () => {
    const { cookie, userId } = await account()
    await test.database.query({
      text: `update "user" set role = 'admin' where id = $1`,
      values: [userId],
    })
    return { Cookie: cookie }
  }

  it('reach an API when the user signs out, and spare the other device', async () => {
    const { email, cookie, token } = await account()
    const other = await issuer.token(await issuer.signIn(email))

    await issuer.post('/sign-out', {}, { Cookie: cookie })

    await isRefused(token)
    await expect(verifier.verify(other)).resolves.toMatchObject({ email })
  })

  it('reach an API when all sessions are revoked', async () => {
    const { email, cookie, token } = await account()
    const other = await issuer.token(await issuer.signIn(email))

    await issuer.post('/revoke-sessions', {}, { Cookie: cookie })

    await isRefused(token)
    await isRefused(other)
  })

  it('reach an API when another device revokes a session', async () => {
    const { email, cookie, token } = await account()
    const other = await issuer.signIn(email)
    const bearer = decodeURIComponent(/session_token=([^;]+)/.exec(cookie)?.[1] ?? '')

    const body = { token: bearer.split('.')[0] }
    expect((await issuer.post('/revoke-session', body, { Cookie: other })).status).toBe(200)

    await isRefused(token)
    await expect(verifier.verify(await issuer.token(other))).resolves.toMatchObject({ email })
  })

  it('reach an API when an administrator bans the user, who gets no token any more', async () => {
    const { cookie, token, userId } = await account()

    const answer = await issuer.post('/admin/ban-user', { userId }, await administrator())

    expect(answer.status).toBe(200)
    await isRefused(token)
    expect((await issuer.refresh(cookie)).status).toBe(401)
  })

  it('refuse a banned user whose session somebody forgot', async () => {
    const { cookie, token, userId } = await account()

    await test.database.query({
      text: `update "user" set banned = true where id = $1`,
      values: [userId],
    })

    await isRefused(token)
    const answer = await issuer.refresh(cookie)
    expect([answer.status, await answer.json()]).toMatchObject([
      401,
      { code: 'session_ended', reason: 'user_disabled' },
    ])
  })

  it('replace a token with the role from before, and only that one', async () => {
    const { cookie, token, userId } = await account()

    const body = { userId, role: 'admin' }
    expect((await issuer.post('/admin/set-role', body, await administrator())).status).toBe(200)

    await isRefused(token)
    const identity = await verifier.verify(await issuer.token(cookie))
    expect(identity).toMatchObject({ role: 'admin', claims: { ver: 2 } })
  })

  it('reach an API when the password changes; the session that stays gets a new token', async () => {
    const { cookie, token } = await account()

    const body = { currentPassword: PASSWORD, newPassword: 'another battery staple' }
    expect((await issuer.post('/change-password', body, { Cookie: cookie })).status).toBe(200)

    await isRefused(token)
    await expect(verifier.verify(await issuer.token(cookie))).resolves.toBeDefined()
  })

  it('reach an API when the user is deleted', async () => {
    const { token, userId } = await account()

    const answer = await issuer.post('/admin/remove-user', { userId }, await administrator())

    expect(answer.status).toBe(200)
    await isRefused(token)
  })

  it('announce nothing when a name changes or an old session is cleared away', async () => {
    const { cookie, token, userId } = await account()
    const count = async () =>
      (await test.database.query({ text: 'select id from countersign_revocations' })).length
    await test.database.query({
      text: `insert into "session" ("id", "token", "userId", "expiresAt", "createdAt", "updatedAt")
             values ('old', 'old', $1, now() - interval '2 days', now(), now())`,
      values: [userId],
    })
    const before = await count()

    await issuer.post('/update-user', { name: 'Grace' }, { Cookie: cookie })
    await test.database.query({ text: `delete from "session" where "expiresAt" < now()` })

    expect(await count()).toBe(before)
    await expect(verifier.verify(token)).resolves.toBeDefined()
  })

  it('are told as a stream and as a long poll', async () => {
    const { cookie } = await account()
    const feed = readFeed(
      await issuer.get('/revocations', { ...AS_API, Accept: 'text/event-stream' }),
    )
    const { cursor } = await feed.snapshot()
    const polled = issuer.get(`/revocations?since=${cursor}`, { ...AS_API, Prefer: 'wait=20' })
    const { email } = await account()
    await issuer.post('/sign-out', {}, { Cookie: await issuer.signIn(email) })

    const { data } = await feed.next('revocation')
    const answer = await polled

    expect(data).toMatchObject({ iss: ISSUER, sub_id: { session: { format: 'opaque' } } })
    expect(answer.headers.get('preference-applied')).toBe('wait=20')
    expect(await answer.json()).toMatchObject({ complete: false, events: [data] })
    await feed.close()
    expect((await issuer.refresh(cookie)).status).toBe(200)
  })

  it.each([
    ['nobody', {}],
    ['a wrong secret', basic(API.id, 'the-secret-of-another-0123456789abcdef')],
    ['another client', basic('other', API.secret)],
    ['a browser', { ...AS_API, Origin: 'http://app.localhost:3000' }],
    ['an access token', { Authorization: 'Bearer abc' }],
  ])('are not told to %s', async (_who, headers: Record<string, string>) => {
    const answer = await issuer.get('/revocations', headers)

    expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'invalid_client' }])
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="countersign"')
  })
})
