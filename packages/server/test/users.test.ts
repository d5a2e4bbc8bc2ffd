import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createUsers, type Users } from '../src/users/users.js'
import { DATABASES, type TestDatabase } from './databases.js'
import { createUser, sessionFixture, stateOf } from './session-fixture.js'

interface Announcement {
  readonly session_id: string | null
  readonly user_ver: number | null
  readonly role: string | null
  readonly reason: string
}

describe.each(DATABASES)('a user on %s', (_name, open) => {
  let opened: TestDatabase
  let users: Users
  let fixture: ReturnType<typeof sessionFixture>
  let told: number
  beforeAll(async () => {
    opened = await open()
    fixture = sessionFixture(opened.database)
    const onRevoked = () => {
      told += 1
    }
    users = createUsers({ database: opened.database, onRevoked })
  })
  afterAll(() => opened?.close())
  beforeEach(async () => {
    told = 0
    await opened.database.query({ text: `update "user" set role = 'user' where role = 'admin'` })
  })

  const announced = (userId: string) =>
    opened.database.query<Announcement>({
      text: `select session_id, user_ver, role, reason from countersign_revocations
             where user_id = $1 order by id`,
      values: [userId],
    })
  const rowOf = async (userId: string) => {
    const [row] = await opened.database.query<Record<string, unknown>>({
      text: 'select role, ver, banned, "banReason", "banExpires" from "user" where id = $1',
      values: [userId],
    })
    return row
  }
  const authSessions = async (userId: string) =>
    opened.database.query({
      text: 'select id from "session" where "userId" = $1',
      values: [userId],
    })
  const event = (reason: string, user_ver: number, role: string | null = null) => [
    { session_id: null, user_ver, role, reason },
  ]
  const admin = async () => {
    const id = await createUser(opened.database)
    await opened.database.query({
      text: `update "user" set role = 'admin', ver = ver + 1 where id = $1`,
      values: [id],
    })
    return id
  }

  it('who is banned loses every session, and is announced once', async () => {
    const [one, two] = [await fixture.signIn(), await fixture.signIn()]
    const other = await fixture.signIn({ userId: one.userId })
    const until = new Date('2040-01-01T00:00:00Z')

    const outcome = await users.ban(one.userId, { reason: 'spam', until })

    expect([outcome, told]).toEqual(['changed', 1])
    expect(await rowOf(one.userId)).toEqual({
      role: 'user',
      ver: 2,
      banned: true,
      banReason: 'spam',
      banExpires: until,
    })
    for (const { id } of [one, other]) {
      expect((await stateOf(opened.database, id)).revoke_reason).toBe('user_disabled')
    }
    expect(await authSessions(one.userId)).toEqual([])
    expect(await announced(one.userId)).toEqual(event('user_disabled', 2))
    expect((await stateOf(opened.database, two.id)).revoke_reason).toBeNull()
    expect(await announced(two.userId)).toEqual([])
  })

  it('whose ban is lifted has to refresh what a token says of them', async () => {
    const { userId } = await fixture.signIn()
    await users.ban(userId)

    expect(await users.unban(userId)).toBe('changed')
    expect(await users.unban(userId)).toBe('unchanged')

    expect(await rowOf(userId)).toMatchObject({ ver: 3, banned: false, banReason: null })
    expect(await announced(userId)).toEqual([
      ...event('user_disabled', 2),
      ...event('user_enabled', 3, 'user'),
    ])
  })

  it('whose role changes keeps the session, and is announced with the role', async () => {
    const session = await fixture.signIn()

    expect(await users.setRole(session.userId, 'editor')).toBe('changed')
    expect(await users.setRole(session.userId, 'editor')).toBe('unchanged')

    expect(await rowOf(session.userId)).toMatchObject({ role: 'editor', ver: 2 })
    expect((await stateOf(opened.database, session.id)).revoked_at).toBeNull()
    expect(await announced(session.userId)).toEqual(event('role_changed', 2, 'editor'))
  })

  it.each(['', 'a,b', 'two words', 'x'.repeat(65)])('has no role "%s"', async (role) => {
    const { userId } = await fixture.signIn()

    expect(() => users.setRole(userId, role)).toThrow(TypeError)
    expect(await announced(userId)).toEqual([])
  })

  it('who is deleted is announced with a "ver" above that of every token', async () => {
    const session = await fixture.signIn()

    expect(await users.remove(session.userId)).toBe('changed')

    expect(await rowOf(session.userId)).toBeUndefined()
    expect((await stateOf(opened.database, session.id)).revoke_reason).toBe('user_deleted')
    expect(await authSessions(session.userId)).toEqual([])
    expect(await announced(session.userId)).toEqual(event('user_deleted', 2))
  })

  it('who changes the password keeps one session, and is announced once', async () => {
    const kept = await fixture.signIn()
    const other = await fixture.signIn({ userId: kept.userId })
    await opened.database.query({
      text: `insert into "account" (id, "accountId", "providerId", "userId", password, "updatedAt")
             values ($1, $2, 'credential', $2, 'old', now())`,
      values: [randomUUID(), kept.userId],
    })

    const change = { passwordHash: 'new', keptSessionId: kept.id }
    expect(await users.changePassword(kept.userId, change)).toBe('changed')

    const [account] = await opened.database.query({
      text: 'select password from "account" where "userId" = $1',
      values: [kept.userId],
    })
    expect(account).toEqual({ password: 'new' })
    expect((await stateOf(opened.database, kept.id)).revoked_at).toBeNull()
    expect((await stateOf(opened.database, other.id)).revoke_reason).toBe('password_changed')
    expect(await announced(kept.userId)).toEqual(event('password_changed', 2))
  })

  it('without a password has none to change', async () => {
    const session = await fixture.signIn()

    expect(await users.changePassword(session.userId, { passwordHash: 'new' })).toBe('unchanged')

    expect((await stateOf(opened.database, session.id)).revoked_at).toBeNull()
    expect(await announced(session.userId)).toEqual([])
  })

  it('who is not there is not changed', async () => {
    const nobody = randomUUID()

    expect(await users.ban(nobody)).toBe('unknown_user')
    expect(await users.remove(nobody)).toBe('unknown_user')
    expect([told, await announced(nobody)]).toEqual([0, []])
  })

  it('who is the last admin stays one', async () => {
    const last = await admin()
    await users.ban(await createUser(opened.database))

    expect(await users.setRole(last, 'user')).toBe('last_admin')
    expect(await users.ban(last)).toBe('last_admin')
    expect(await users.remove(last)).toBe('last_admin')

    expect(await rowOf(last)).toMatchObject({ role: 'admin', banned: false })
    expect(await announced(last)).toEqual([])
  })

  it('who is one of two admins may go, but not both at the same time', async () => {
    const [one, two] = [await admin(), await admin()]

    const outcomes = await Promise.all([users.setRole(one, 'user'), users.remove(two)])

    expect([...outcomes].sort()).toEqual(['changed', 'last_admin'])
  })

  it('whom another program bans or promotes is announced all the same', async () => {
    const session = await fixture.signIn()
    const write = (set: string) =>
      opened.database.query({
        text: `update "user" set ${set} where id = $1`,
        values: [session.userId],
      })

    await write(`name = 'Grace', role = role`)
    await write(`role = 'editor'`)
    await write('banned = true')
    await write('banned = false')

    expect(await announced(session.userId)).toEqual([
      ...event('role_changed', 2, 'editor'),
      ...event('user_disabled', 3),
      ...event('user_enabled', 4, 'editor'),
    ])
  })

  it('is found by the address, in any case, and listed by it', async () => {
    const id = await createUser(opened.database)
    const email = `${id}@example.com`

    expect(await users.findByEmail(` ${email.toUpperCase()}`)).toMatchObject({ id, banned: false })
    expect(await users.findByEmail('nobody@example.com')).toBeUndefined()
    const everybody = await users.list('', 10_000)
    expect(everybody.map((user) => user.id)).toContain(id)
    const before = everybody[everybody.findIndex((user) => user.id === id) - 1]
    expect((await users.list(before?.email ?? '', 1)).map((user) => user.id)).toEqual([id])
  })
})
