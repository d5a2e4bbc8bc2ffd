import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type TestDatabase } from './databases.js'
import {
  announced,
  createUser,
  DAY,
  HOUR,
  type SessionFixture,
  sessionFixture,
  stateOf,
  type TestSession,
} from './session-fixture.js'

describe.each(DATABASES)('the end of sessions on %s', (_, open) => {
  let opened: TestDatabase
  let fixture: SessionFixture
  let sessions: SessionFixture['sessions']

  beforeAll(async () => {
    opened = await open()
    fixture = sessionFixture(opened.database)
    sessions = fixture.sessions
  })
  afterAll(() => opened?.close())

  const decoded = (token: string) => {
    const read = sessions.decode(token)
    if (!read) throw new Error('the token is not one of ours')
    return read
  }

  async function exists(table: string, id: string): Promise<boolean> {
    const text = `select id from ${table} where id = $1`
    return (await opened.database.query({ text, values: [id] })).length === 1
  }

  async function isAlive({ id, userId }: TestSession): Promise<boolean> {
    return (await sessions.find(id, userId)) !== undefined
  }

  /** Each way to end a session, given that session. */
  const ways: ReadonlyArray<readonly [string, (session: TestSession) => Promise<number>]> = [
    ['endByToken', ({ token }) => sessions.endByToken(decoded(token), 'signed_out')],
    ['endOfUser', ({ id, userId }) => sessions.endOfUser(id, userId, 'signed_out')],
    ['endOthers', ({ userId }) => sessions.endOthers(userId, randomUUID(), 'signed_out')],
    [
      'endByAuthSession',
      ({ authSessionId }) => sessions.endByAuthSession(authSessionId, 'signed_out'),
    ],
  ]

  describe.each(ways)('%s', (_way, end) => {
    it('ends the session with its reason, and announces it', async () => {
      const session = await fixture.signIn()

      expect(await end(session)).toBe(1)

      expect(await stateOf(opened.database, session.id)).toMatchObject({
        revoke_reason: 'signed_out',
      })
      expect(await announced(opened.database, session.id)).toEqual(['signed_out'])
      expect(await fixture.refresh(session.token)).toMatchObject({
        outcome: 'ended',
        row: { ended_because: 'signed_out' },
      })
    })

    it('deletes the session of Better Auth', async () => {
      const session = await fixture.signIn()
      const other = await fixture.signIn()

      await end(session)

      expect(await exists('"session"', session.authSessionId)).toBe(false)
      expect(await exists('"session"', other.authSessionId)).toBe(true)
    })

    it('ends nothing twice, and keeps the first reason', async () => {
      const session = await fixture.signIn()
      await sessions.endOfUser(session.id, session.userId, 'password_changed')

      expect(await end(session)).toBe(0)

      expect(await stateOf(opened.database, session.id)).toMatchObject({
        revoke_reason: 'password_changed',
      })
      expect(await announced(opened.database, session.id)).toEqual(['password_changed'])
    })

    it('leaves other users alone', async () => {
      const [session, other] = [await fixture.signIn(), await fixture.signIn()]

      await end(session)

      expect(await isAlive(other)).toBe(true)
    })

    it('does not end what it cannot announce', async () => {
      const session = await fixture.signIn()
      await opened.database.execute(`alter table countersign_revocations
        add constraint mute check (reason <> 'signed_out') not valid`)

      await expect(end(session)).rejects.toMatchObject({ code: '23514' })
      await opened.database.execute('alter table countersign_revocations drop constraint mute')

      expect(await isAlive(session)).toBe(true)
      expect(await exists('"session"', session.authSessionId)).toBe(true)
    })
  })

  describe('by token', () => {
    it('takes a token of any generation', async () => {
      const session = await fixture.signIn()
      await fixture.after(session.id, HOUR)
      const second = await fixture.refreshed(session.token)
      const outdated = decoded(session.token)

      expect(await sessions.endByToken(outdated, 'signed_out')).toBe(1)
      expect(await fixture.refresh(second)).toMatchObject({ outcome: 'ended' })
    })

    it('refuses the salt of another session', async () => {
      const [session, other] = [await fixture.signIn(), await fixture.signIn()]
      const token = { ...decoded(session.token), salt: decoded(other.token).salt }

      expect(await sessions.endByToken(token, 'signed_out')).toBe(0)
      expect(await isAlive(session)).toBe(true)
    })
  })

  describe('of a user', () => {
    it('is not for another user to ask for', async () => {
      const session = await fixture.signIn()
      const stranger = await createUser(opened.database)

      expect(await sessions.endOfUser(session.id, stranger, 'revoked')).toBe(0)
      expect(await isAlive(session)).toBe(true)
    })
  })

  describe('of others', () => {
    it('ends all sessions of the user but one', async () => {
      const kept = await fixture.signIn()
      const others = [
        await fixture.signIn({ userId: kept.userId }),
        await fixture.signIn({ userId: kept.userId }),
      ]

      expect(await sessions.endOthers(kept.userId, kept.id, 'password_changed')).toBe(2)

      expect(await isAlive(kept)).toBe(true)
      expect(await Promise.all(others.map(isAlive))).toEqual([false, false])
    })
  })

  describe('purge', () => {
    const count = async (text: string, id: string) => {
      return (await opened.database.query({ text, values: [id] })).length
    }

    it('deletes sessions a week after their absolute end, and not before', async () => {
      const [old, recent] = [await fixture.signIn(), await fixture.signIn()]
      await fixture.after(old.id, 38 * DAY)
      await fixture.after(recent.id, 36 * DAY)

      await sessions.purge()

      expect(await exists('countersign_sessions', old.id)).toBe(false)
      expect(await exists('countersign_sessions', recent.id)).toBe(true)
    })

    it('deletes sessions of Better Auth that expired, and no others', async () => {
      const [old, live] = [await fixture.signIn(), await fixture.signIn()]
      await opened.database.query({
        text: `update "session" set "expiresAt" = clock_timestamp() - interval '1 second' where id = $1`,
        values: [old.authSessionId],
      })

      await sessions.purge()

      expect(await exists('"session"', old.authSessionId)).toBe(false)
      expect(await exists('"session"', live.authSessionId)).toBe(true)
    })

    it('keeps revocations longer than any access token lives', async () => {
      const [old, recent] = [await fixture.signIn(), await fixture.signIn()]
      for (const { id, userId } of [old, recent]) await sessions.endOfUser(id, userId, 'revoked')
      await opened.database.query({
        text: `update countersign_revocations set at = at - interval '25 hours' where session_id = $1`,
        values: [old.id],
      })

      await sessions.purge()

      const text = 'select id from countersign_revocations where session_id = $1'
      expect(await count(text, old.id)).toBe(0)
      expect(await count(text, recent.id)).toBe(1)
    })
  })
})
