import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type TestDatabase } from './databases.js'
import {
  announced,
  DAY,
  HOUR,
  type SessionFixture,
  sessionFixture,
  stateOf,
} from './session-fixture.js'

describe.each(DATABASES)('a session on %s', (_, open) => {
  let opened: TestDatabase
  let fixture: SessionFixture

  beforeAll(async () => {
    opened = await open()
    fixture = sessionFixture(opened.database)
  })
  afterAll(() => opened?.close())

  /** A session whose token was just rotated: the client holds `second`, `first` is its parent. */
  async function rotatedSession(userId?: string) {
    const session = await fixture.signIn(userId ? { userId } : {})
    await fixture.after(session.id, HOUR)
    const second = await fixture.refreshed(session.token)
    return { ...session, first: session.token, second }
  }

  describe('of an honest user', () => {
    it('goes on for a month of refreshes, one generation each', async () => {
      const session = await fixture.signIn()
      let token = session.token
      for (let day = 1; day <= 29; day++) {
        await fixture.after(session.id, DAY)
        token = await fixture.refreshed(token)
      }

      expect(await stateOf(opened.database, session.id)).toMatchObject({
        gen: 30,
        parent_gen: 29,
        revoked_at: null,
      })
    })

    it('survives a forced second refresh and a delayed request with the first token', async () => {
      const { id, first, second } = await rotatedSession()

      const forced = await fixture.refresh(second)
      await fixture.after(id, 20)
      const delayed = await fixture.refresh(first)

      expect(forced).toMatchObject({ outcome: 'coalesce', refreshToken: second })
      expect(delayed).toMatchObject({ outcome: 'replay', refreshToken: second })
    })

    it('is not helped by replays to a longer grace window', async () => {
      const { id, first } = await rotatedSession()

      await fixture.after(id, 20)
      const inside = await fixture.refresh(first)
      await fixture.after(id, 20)
      const outside = await fixture.refresh(first)

      expect([inside.outcome, outside.outcome]).toEqual(['replay', 'recover'])
    })

    it('is not helped by coalescing to a longer window', async () => {
      const { id, second } = await rotatedSession()

      await fixture.after(id, 20)
      const inside = await fixture.refresh(second)
      await fixture.after(id, 20)
      const outside = await fixture.refresh(second)

      expect([inside.outcome, outside.outcome]).toEqual(['coalesce', 'rotate'])
    })

    it.each([
      ['an hour', HOUR],
      ['23 hours', 23 * HOUR],
    ])('goes on with the token before a lost answer, %s later', async (_later, seconds) => {
      const { id, first } = await rotatedSession()

      await fixture.after(id, seconds)
      const recovered = await fixture.refresh(first)
      const third = fixture.generation(first, 3)
      await fixture.after(id, HOUR)

      expect(recovered).toMatchObject({ outcome: 'recover', refreshToken: third })
      expect(await fixture.refresh(third)).toMatchObject({ outcome: 'rotate', row: { gen: 4 } })
    })

    it('recovers again when that answer is lost too', async () => {
      const { id, first } = await rotatedSession()

      await fixture.after(id, 10 * HOUR)
      await fixture.refresh(first)
      await fixture.after(id, 10 * HOUR)

      expect(await fixture.refresh(first)).toMatchObject({ outcome: 'recover', row: { gen: 4 } })
    })

    it('does not move the end of recovery by recovering', async () => {
      const { id, first } = await rotatedSession()

      await fixture.after(id, 20 * HOUR)
      await fixture.refresh(first)
      await fixture.after(id, 5 * HOUR)

      expect(await fixture.refresh(first)).toMatchObject({ outcome: 'recovery_expired' })
    })

    it('ends with the reason when the token before a lost answer comes 25 hours later', async () => {
      const { id, first, second } = await rotatedSession()

      await fixture.after(id, 25 * HOUR)
      const late = await fixture.refresh(first)
      const again = await fixture.refresh(first)
      const other = await fixture.refresh(second)

      expect(late.outcome).toBe('recovery_expired')
      for (const answer of [again, other]) {
        expect(answer).toMatchObject({
          outcome: 'ended',
          row: { ended_because: 'recovery_expired' },
        })
      }
      expect(await announced(opened.database, id)).toEqual(['recovery_expired'])
    })
  })

  describe('whose lost successor was displaced', () => {
    async function displaced() {
      const { id, first, second } = await rotatedSession()
      await fixture.after(id, HOUR)
      const third = await fixture.refreshed(first)
      return { id, first, second, third }
    }

    it('gives the displaced token its replacement inside the grace window', async () => {
      const { second, third } = await displaced()

      const answer = await fixture.refresh(second)

      expect(answer).toMatchObject({ outcome: 'replay', refreshToken: third })
    })

    it('takes the displaced token for theft after it', async () => {
      const { id, second, third } = await displaced()

      await fixture.after(id, 31)

      expect(await fixture.refresh(second)).toMatchObject({ outcome: 'reuse' })
      expect(await fixture.refresh(third)).toMatchObject({
        outcome: 'ended',
        row: { ended_because: 'refresh_reuse' },
      })
    })

    it('takes the recovered parent for theft once its new successor was used', async () => {
      const { id, first, third } = await displaced()

      await fixture.after(id, HOUR)
      await fixture.refresh(third)

      expect(await fixture.refresh(first)).toMatchObject({ outcome: 'reuse' })
    })
  })

  describe('with a thief', () => {
    it('ends when the thief comes after the user', async () => {
      const { id, first, second } = await rotatedSession()
      await fixture.after(id, HOUR)
      const third = await fixture.refreshed(second)

      const thief = await fixture.refresh(first)

      expect(thief.outcome).toBe('reuse')
      expect(await fixture.refresh(third)).toMatchObject({
        outcome: 'ended',
        row: { ended_because: 'refresh_reuse' },
      })
    })

    it('ends when the user comes after the thief refreshed twice', async () => {
      const { id, second: stolen } = await rotatedSession()
      await fixture.after(id, HOUR)
      const ofThief = await fixture.refreshed(stolen)
      await fixture.after(id, HOUR)
      await fixture.refresh(ofThief)

      expect(await fixture.refresh(stolen)).toMatchObject({ outcome: 'reuse' })
    })

    it('goes back to the user when the thief refreshed once, and ends at the next step of the thief', async () => {
      const { id, second: stolen } = await rotatedSession()
      await fixture.after(id, HOUR)
      const ofThief = await fixture.refreshed(stolen)
      await fixture.after(id, HOUR)

      const user = await fixture.refresh(stolen)
      await fixture.after(id, 31)
      const thief = await fixture.refresh(ofThief)

      expect([user.outcome, thief.outcome]).toEqual(['recover', 'reuse'])
    })

    it('ends for a token of weeks ago, also inside a grace window that was just opened', async () => {
      const session = await fixture.signIn()
      let token = session.token
      for (let day = 1; day <= 21; day++) {
        await fixture.after(session.id, DAY)
        token = await fixture.refreshed(token)
      }

      const weeksOld = await fixture.refresh(session.token)

      expect(weeksOld.outcome).toBe('reuse')
      expect(await stateOf(opened.database, session.id)).toMatchObject({
        revoke_reason: 'refresh_reuse',
      })
    })

    it('leaves the other sessions of the user alone', async () => {
      const phone = await rotatedSession()
      const laptop = await rotatedSession(phone.userId)
      await fixture.after(phone.id, HOUR)
      await fixture.refresh(phone.second)

      const thief = await fixture.refresh(phone.first)
      await fixture.after(laptop.id, HOUR)

      expect(thief.outcome).toBe('reuse')
      expect(await fixture.refresh(laptop.second)).toMatchObject({ outcome: 'rotate' })
      expect(await announced(opened.database, laptop.id)).toEqual([])
    })
  })

  describe('in a database that was restored from a backup', () => {
    /** The client holds generation 6, the database believes in 3. */
    async function restored() {
      const session = await fixture.signIn()
      let token = session.token
      for (let hour = 1; hour <= 5; hour++) {
        await fixture.after(session.id, HOUR)
        token = await fixture.refreshed(token)
      }
      await opened.database.query({
        text: 'update countersign_sessions set gen = 3, parent_gen = 2 where id = $1',
        values: [session.id],
      })
      await fixture.after(session.id, HOUR)
      return { ...session, token }
    }

    it('waits for the operator, and logs nobody out', async () => {
      const { id, token } = await restored()
      const before = await stateOf(opened.database, id)

      const answer = await fixture.refresh(token)

      expect(answer.outcome).toBe('ahead')
      expect(await stateOf(opened.database, id)).toEqual(before)
      expect(await announced(opened.database, id)).toEqual([])
    })

    it('goes on as if nothing had happened once the operator declared it', async () => {
      const { id, token } = await restored()
      const failoverUntil = new Date(Date.now() + 3_600_000)
      const declared = sessionFixture(opened.database, { key: fixture.key, failoverUntil })

      const answer = await declared.refresh(token)
      const sibling = await declared.refresh(fixture.generation(token, 4))
      await fixture.after(id, HOUR)
      const next = await fixture.refresh(fixture.generation(token, 7))

      expect(answer).toMatchObject({ outcome: 'fast_forward', row: { gen: 7 } })
      expect(sibling).toMatchObject({ outcome: 'replay', row: { gen: 7 } })
      expect(next).toMatchObject({ outcome: 'rotate', row: { gen: 8 } })
    })
  })
})
