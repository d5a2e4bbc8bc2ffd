import { CLAIMS_CHANGE_EVENT, SESSION_REVOKED_EVENT } from '@countersign/core'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUsers, type Users } from '../src/users/users.js'
import { DATABASES } from './databases.js'
import { API, JSON_FEED, type SecurityEvent, type Snapshot } from './feed-fixture.js'
import { identityOn } from './identity-fixture.js'
import { type Account, bearer, PASSWORD, startServer, type TestServer } from './server-fixture.js'
import { age } from './session-fixture.js'

describe.each(DATABASES)('the feed tells of every end, on %s', (_name, open) => {
  let server: TestServer
  let users: Users
  beforeAll(async () => {
    server = await startServer({ clients: [API] }, open)
    users = createUsers(server)
  })
  afterAll(async () => {
    await server?.server.close()
    await server?.close()
  })

  const snapshot = async (query = ''): Promise<Snapshot> =>
    (await server.get(`/revocations${query}`, JSON_FEED)).json()

  /** What the feed says of a user because of an act, oldest first. */
  async function consequences(user: Account, act: () => Promise<unknown>) {
    const { cursor } = await snapshot()
    await act()
    const { events } = await snapshot(`?since=${cursor}`)
    return events.filter(({ sub_id }) => sub_id.user.sub === user.user.id).map(summary)
  }
  const summary = ({ sub_id, events }: SecurityEvent) => {
    const [[type, { event_timestamp: _at, reason_admin, ...rest }] = ['', {}]] =
      Object.entries(events)
    return { session: sub_id.session?.id, type, reason: reason_admin, ...rest }
  }
  const ended = (session: string, reason: string) => ({
    session,
    type: SESSION_REVOKED_EVENT,
    reason: { en: reason },
  })
  const revoked = (ver: number, reason: string) => ({
    session: undefined,
    type: SESSION_REVOKED_EVENT,
    reason: { en: reason },
    ver,
  })
  const changed = (ver: number, role: string, reason: string) => ({
    session: undefined,
    type: CLAIMS_CHANGE_EVENT,
    reason: { en: reason },
    ver,
    claims: { ver, role },
  })
  const sid = ({ accessToken }: { accessToken: string }) => String(decodeJwt(accessToken).sid)
  const login = async (user: Account) =>
    (await server.post('/login', { email: user.email, password: PASSWORD })).json()

  it('a logout', async () => {
    const user = await server.signUp()

    const told = await consequences(user, () =>
      server.post('/logout', { refreshToken: user.refreshToken }),
    )

    expect(told).toEqual([ended(sid(user), 'signed_out')])
  })

  it('one session that is revoked, and all others', async () => {
    const user = await server.signUp()
    const others = [await login(user), await login(user), await login(user)]
    const [first, ...rest] = others.map(sid)

    const one = await consequences(user, () =>
      server.call('DELETE', `/sessions/${first}`, { headers: bearer(user.refreshToken) }),
    )
    const all = await consequences(user, () =>
      server.call('DELETE', '/sessions', { headers: bearer(user.refreshToken) }),
    )

    expect(one).toEqual([ended(first ?? '', 'revoked')])
    expect(all).toHaveLength(2)
    expect(all).toEqual(expect.arrayContaining(rest.map((id) => ended(id, 'revoked'))))
  })

  it('a token that was used twice', async () => {
    const user = await server.signUp()
    await age(server.database, sid(user), 60)
    const { refreshToken } = await (await server.refresh(user.refreshToken)).json()
    await age(server.database, sid(user), 60)
    await server.refresh(refreshToken)
    await age(server.database, sid(user), 60)

    const told = await consequences(user, () => server.refresh(user.refreshToken))

    expect(told).toEqual([ended(sid(user), 'refresh_reuse')])
  })

  it('a password that was changed', async () => {
    const user = await server.signUp()
    await login(user)
    const change = { passwordHash: 'another', keptSessionId: sid(user) }

    const told = await consequences(user, () => users.changePassword(user.user.id, change))

    expect(told).toEqual([revoked(2, 'password_changed')])
    const { accessToken } = await (await server.refresh(user.refreshToken)).json()
    expect(decodeJwt(accessToken)).toMatchObject({ ver: 2, sid: sid(user) })
  })

  it('a ban, which also keeps the user out', async () => {
    const user = await server.signUp()

    const told = await consequences(user, () => users.ban(user.user.id))

    expect(told).toEqual([revoked(2, 'user_disabled')])
    expect(await (await server.refresh(user.refreshToken)).json()).toMatchObject({
      code: 'session_ended',
      reason: 'user_disabled',
    })
    expect(await login(user)).toMatchObject({ code: 'account_locked' })
  })

  it('a user who is deleted', async () => {
    const user = await server.signUp()

    const told = await consequences(user, () => users.remove(user.user.id))

    expect(told).toEqual([revoked(2, 'user_deleted')])
    expect(await (await server.refresh(user.refreshToken)).json()).toMatchObject({
      code: 'session_ended',
      reason: 'user_deleted',
    })
  })

  it('another role, which the next refresh brings', async () => {
    const user = await server.signUp()

    const told = await consequences(user, () => users.setRole(user.user.id, 'editor'))

    expect(told).toEqual([changed(2, 'editor', 'role_changed')])
    const { accessToken } = await (await server.refresh(user.refreshToken)).json()
    expect(decodeJwt(accessToken)).toMatchObject({ role: 'editor', ver: 2 })
  })

  it('what Better Auth does by its own means', async () => {
    const { internalAdapter } = await identityOn(server.database).$context
    const user = await server.signUp()
    const { id } = user.user

    const promoted = await consequences(user, () => internalAdapter.updateUser(id, { role: 'x' }))
    const renamed = await consequences(user, () => internalAdapter.updateUser(id, { name: 'x' }))
    const banned = await consequences(user, () => internalAdapter.updateUser(id, { banned: true }))
    const deleted = await consequences(user, () => internalAdapter.deleteUser(id))

    expect(promoted).toEqual([changed(2, 'x', 'role_changed')])
    expect(renamed).toEqual([])
    expect(banned).toEqual([revoked(3, 'user_disabled')])
    expect(deleted).toEqual([ended(sid(user), 'revoked'), revoked(4, 'user_deleted')])
  })

  it('nothing else: neither a login nor a refresh', async () => {
    const user = await server.signUp()

    const told = await consequences(user, async () => {
      await login(user)
      await server.refresh(user.refreshToken)
    })

    expect(told).toEqual([])
  })
})
