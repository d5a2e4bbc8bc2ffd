import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type TestDatabase } from './databases.js'
import {
  createAuthSession,
  createUser,
  DAY,
  HOUR,
  type SessionFixture,
  sessionFixture,
  stateOf,
} from './session-fixture.js'

describe.each(DATABASES)('sessions on %s', (_, open) => {
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

  async function changeUser(userId: string, assignments: string): Promise<void> {
    await opened.database.query({
      text: `update "user" set ${assignments} where id = $1`,
      values: [userId],
    })
  }

  describe('create', () => {
    it('answers with the user and the first token', async () => {
      const userId = await createUser(opened.database)
      const { authSessionToken } = await createAuthSession(opened.database, userId)

      const created = await sessions.create({
        authSessionToken,
        clientId: 'public',
        remember: true,
        userAgent: 'Firefox',
        ip: '192.0.2.1',
      })

      expect(created).toMatchObject({
        outcome: 'created',
        row: { user_id: userId, gen: 1, role: 'user', ver: 1, email: `${userId}@example.com` },
      })
      expect(await sessions.list(userId)).toMatchObject([
        { client_id: 'public', remember: true, user_agent: 'Firefox', ip: '192.0.2.1' },
      ])
    })

    it.each([
      ['a week for a remembered session', true, 7 * DAY],
      ['a day for one that is not', false, DAY],
    ])('answers with an idle end in %s', async (_what, remember, seconds) => {
      const { token } = await fixture.signIn({ remember })

      const answer = await fixture.refresh(token)

      const { expires_in: left } = answer.outcome === 'unknown' ? { expires_in: 0 } : answer.row
      expect(left).toBeGreaterThanOrEqual(seconds - 5)
      expect(left).toBeLessThanOrEqual(seconds)
    })

    it('makes nothing of a Better Auth session that is gone', async () => {
      const authSessionToken = 'never-issued'

      const created = await sessions.create({
        authSessionToken,
        clientId: 'public',
        remember: true,
      })

      expect(created).toEqual({ outcome: 'unknown' })
    })

    it('makes nothing for a client that does not exist', async () => {
      const { authSessionToken } = await createAuthSession(
        opened.database,
        await createUser(opened.database),
      )

      const creating = sessions.create({ authSessionToken, clientId: 'nobody', remember: true })

      await expect(creating).rejects.toMatchObject({ code: '23503' })
    })

    it('gives two sessions of one Better Auth session tokens of their own', async () => {
      const { authSessionToken } = await createAuthSession(
        opened.database,
        await createUser(opened.database),
      )
      const create = () => sessions.create({ authSessionToken, clientId: 'public', remember: true })

      const tokens = [await create(), await create()].map((judgement) =>
        judgement.outcome === 'unknown' ? undefined : decoded(judgement.refreshToken),
      )

      expect(tokens[0]?.sessionId).not.toBe(tokens[1]?.sessionId)
      expect(tokens[0]?.salt).not.toEqual(tokens[1]?.salt)
    })
  })

  describe('expiry', () => {
    it.each([
      ['a remembered session, just before a week', true, 7 * DAY - 2, 'rotate'],
      ['a remembered session, at a week', true, 7 * DAY, 'ended'],
      ['another session, just before a day', false, DAY - 2, 'rotate'],
      ['another session, at a day', false, DAY, 'ended'],
    ])('judges %s without a refresh', async (_what, remember, seconds, outcome) => {
      const { id, token } = await fixture.signIn({ remember })
      await fixture.after(id, seconds)

      expect(await fixture.refresh(token)).toMatchObject({ outcome })
    })

    it('says idle_timeout, and keeps saying it', async () => {
      const { id, token } = await fixture.signIn()
      await fixture.after(id, 8 * DAY)

      for (const again of [1, 2]) {
        expect([again, await fixture.refresh(token)]).toMatchObject([
          again,
          { outcome: 'ended', row: { ended_because: 'idle_timeout' } },
        ])
      }
      expect(await stateOf(opened.database, id)).toMatchObject({ gen: 1, revoked_at: null })
    })

    it('ends a session after 30 days, however often it was refreshed', async () => {
      const { id, token: first } = await fixture.signIn()
      let token = first
      for (let week = 1; week <= 4; week++) {
        await fixture.after(id, 6 * DAY)
        token = await fixture.refreshed(token)
      }
      await fixture.after(id, 6 * DAY)

      expect(await fixture.refresh(token)).toMatchObject({
        outcome: 'ended',
        row: { ended_because: 'expired' },
      })
    })

    it('announces the absolute end when it comes before the idle one', async () => {
      const { id, token: first } = await fixture.signIn()
      let token = first
      for (let week = 1; week <= 4; week++) {
        await fixture.after(id, 6 * DAY)
        token = await fixture.refreshed(token)
      }
      await fixture.after(id, 5 * DAY)

      const answer = await fixture.refresh(token)

      const { expires_in: left } = answer.outcome === 'unknown' ? { expires_in: 0 } : answer.row
      expect(answer.outcome).toBe('rotate')
      expect(left).toBeGreaterThan(DAY - 5)
      expect(left).toBeLessThanOrEqual(DAY)
    })

    it('counts a session that is not remembered from its start', async () => {
      const { id, token } = await fixture.signIn({ remember: false })
      await fixture.after(id, 20 * HOUR)
      const second = await fixture.refreshed(token)
      await fixture.after(id, 5 * HOUR)

      expect(await fixture.refresh(second)).toMatchObject({
        outcome: 'ended',
        row: { ended_because: 'expired' },
      })
    })
  })

  describe('of a user who', () => {
    const NEVER = 'banned = true, "banExpires" = null'
    const TOMORROW = `banned = true, "banExpires" = clock_timestamp() + interval '1 day'`
    const YESTERDAY = `banned = true, "banExpires" = clock_timestamp() - interval '1 day'`

    it.each([
      ['is banned for good', NEVER],
      ['is banned until tomorrow', TOMORROW],
    ])('%s end for now, and go on after it', async (_who, ban) => {
      const { id, userId, token } = await fixture.signIn()
      await fixture.after(id, HOUR)
      await changeUser(userId, ban)

      const banned = await fixture.refresh(token)
      await changeUser(userId, 'banned = false')

      expect(banned).toMatchObject({ outcome: 'ended', row: { ended_because: 'user_disabled' } })
      expect(await fixture.refresh(token)).toMatchObject({ outcome: 'rotate' })
    })

    it('was banned until yesterday go on', async () => {
      const { id, userId, token } = await fixture.signIn()
      await fixture.after(id, HOUR)
      await changeUser(userId, YESTERDAY)

      expect(await fixture.refresh(token)).toMatchObject({ outcome: 'rotate' })
      expect(await sessions.find(id, userId)).toBeDefined()
    })

    it('was deleted end', async () => {
      const { userId, token } = await fixture.signIn()
      await opened.database.query({ text: 'delete from "user" where id = $1', values: [userId] })

      expect(await fixture.refresh(token)).toMatchObject({
        outcome: 'ended',
        row: { ended_because: 'user_deleted' },
      })
    })

    it('got another role say so with the same refresh token', async () => {
      const { userId, token } = await fixture.signIn()
      await changeUser(userId, `role = 'admin', ver = ver + 1`)

      expect(await fixture.refresh(token)).toMatchObject({
        outcome: 'coalesce',
        refreshToken: token,
        row: { role: 'admin', ver: 2 },
      })
    })
  })

  describe('find', () => {
    it('finds a live session of the user it belongs to', async () => {
      const { id, userId } = await fixture.signIn()

      expect(await sessions.find(id, userId)).toMatchObject({ id, user_id: userId, ver: 1 })
    })

    it('does not find it for another user', async () => {
      const { id } = await fixture.signIn()

      expect(await sessions.find(id, await createUser(opened.database))).toBeUndefined()
    })

    it.each([
      ['banned', (userId: string) => changeUser(userId, 'banned = true')],
      ['signed out', (userId: string, id: string) => sessions.endOfUser(id, userId, 'signed_out')],
      ['idle', (_user: string, id: string) => fixture.after(id, 7 * DAY)],
    ])('does not find the session of a user who is %s', async (_what, change) => {
      const { id, userId } = await fixture.signIn()
      await change(userId, id)

      expect(await sessions.find(id, userId)).toBeUndefined()
    })
  })

  describe('list', () => {
    it('lists the live sessions of one user, the one used last first', async () => {
      const phone = await fixture.signIn()
      const laptop = await fixture.signIn({ userId: phone.userId })
      const idle = await fixture.signIn({ userId: phone.userId })
      const ended = await fixture.signIn({ userId: phone.userId })
      await fixture.signIn()
      await fixture.after(laptop.id, HOUR)
      await fixture.after(idle.id, 7 * DAY)
      await sessions.endOfUser(ended.id, phone.userId, 'revoked')

      const listed = await sessions.list(phone.userId)

      expect(listed.map(({ id }) => id)).toEqual([phone.id, laptop.id])
    })

    it('lists nothing for a user without sessions', async () => {
      expect(await sessions.list(await createUser(opened.database))).toEqual([])
    })
  })
})
