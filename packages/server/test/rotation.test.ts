import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STRICT_WINDOWS } from '../src/sessions/policy.js'
import type { Outcome } from '../src/sessions/session-rows.js'
import { DATABASES, type TestDatabase } from './databases.js'
import {
  announced,
  createClient,
  DAY,
  HOUR,
  type Position,
  place,
  type SessionFixture,
  sessionFixture,
  stateOf,
} from './session-fixture.js'

/** Ages on the accepting side of a limit leave two seconds for the statement to run. */
const JUST_BEFORE = 2

interface Row extends Position {
  readonly presented: number
  readonly outcome: Outcome
  /** Generations afterwards; those of before unless given. */
  readonly after?: readonly [gen: number, parent: number]
}

/** gen, parent, age, parentAge of a session that rotated normally the given seconds ago. */
const rotated = (age: number): Position => ({ gen: 9, parent: 8, age, parentAge: age })
/** The same after a late recovery: generation 8 was displaced by 9. */
const recovered = (age: number, parentAge: number): Position => {
  return { gen: 9, parent: 7, age, parentAge }
}

const TABLE: ReadonlyArray<readonly [string, Row]> = [
  ['a fresh token', { presented: 9, ...rotated(0), outcome: 'coalesce' }],
  ['a token before C', { presented: 9, ...rotated(30 - JUST_BEFORE), outcome: 'coalesce' }],
  ['a token at C', { presented: 9, ...rotated(30), outcome: 'rotate', after: [10, 9] }],
  ['a token of six days', { presented: 9, ...rotated(6 * DAY), outcome: 'rotate', after: [10, 9] }],
  [
    'a recovered token at C',
    { presented: 9, ...recovered(30, HOUR), outcome: 'rotate', after: [10, 9] },
  ],
  ['a recovered token before C', { presented: 9, ...recovered(5, HOUR), outcome: 'coalesce' }],

  ['the parent at once', { presented: 8, ...rotated(0), outcome: 'replay' }],
  ['the parent before G', { presented: 8, ...rotated(30 - JUST_BEFORE), outcome: 'replay' }],
  ['the parent at G', { presented: 8, ...rotated(30), outcome: 'recover', after: [10, 8] }],
  [
    'the parent before R',
    { presented: 8, ...rotated(DAY - JUST_BEFORE), outcome: 'recover', after: [10, 8] },
  ],
  ['the parent at R', { presented: 8, ...rotated(DAY), outcome: 'recovery_expired' }],
  ['the parent after R', { presented: 8, ...rotated(2 * DAY), outcome: 'recovery_expired' }],

  ['the displaced token before G', { presented: 8, ...recovered(28, HOUR), outcome: 'replay' }],
  ['the displaced token at G', { presented: 8, ...recovered(30, HOUR), outcome: 'reuse' }],
  [
    'the parent of a displaced token before G',
    { presented: 7, ...recovered(28, HOUR), outcome: 'replay' },
  ],
  [
    'the parent of a displaced token at G',
    { presented: 7, ...recovered(30, HOUR), outcome: 'recover', after: [10, 7] },
  ],
  [
    'the parent of a displaced token at R',
    { presented: 7, ...recovered(30, DAY), outcome: 'recovery_expired' },
  ],
  [
    'the parent inside a grace window that began after R',
    { presented: 7, ...recovered(5, DAY), outcome: 'replay' },
  ],

  ['the grandparent inside a grace window', { presented: 7, ...rotated(0), outcome: 'reuse' }],
  ['the grandparent after it', { presented: 7, ...rotated(HOUR), outcome: 'reuse' }],
  ['the first token inside a grace window', { presented: 1, ...rotated(0), outcome: 'reuse' }],
  ['the first token much later', { presented: 1, ...rotated(2 * DAY), outcome: 'reuse' }],

  ['the next token', { presented: 10, ...rotated(0), outcome: 'ahead' }],
  ['a token far ahead', { presented: 900, ...rotated(HOUR), outcome: 'ahead' }],
]

const ENDING: readonly Outcome[] = ['reuse', 'recovery_expired']

describe.each(DATABASES)('rotation on %s', (_, open) => {
  let opened: TestDatabase
  let fixture: SessionFixture

  beforeAll(async () => {
    opened = await open()
    fixture = sessionFixture(opened.database)
  })
  afterAll(() => opened?.close())

  /** Signs in, puts the session into a position and presents a generation of its token. */
  async function present(
    { presented, ...position }: Position & { presented: number },
    by = fixture,
  ) {
    const session = await by.signIn()
    const before = await place(opened.database, session.id, position)
    const token = by.generation(session.token, presented)
    const judgement = await by.refresh(token)
    const after = await stateOf(opened.database, session.id)
    return { session, before, after, judgement }
  }

  describe('the table', () => {
    it.each(TABLE)('judges %s', async (_given, row) => {
      const { session, before, after, judgement } = await present(row)

      const [gen, parent] = row.after ?? [row.gen, row.parent]
      const isOver = ENDING.includes(row.outcome)
      expect(judgement).toMatchObject({
        outcome: row.outcome,
        // The current token, in the same bytes whoever asks.
        refreshToken: fixture.generation(session.token, gen),
        row: { gen, id: session.id, user_id: session.userId },
      })
      expect(after).toMatchObject({ gen, parent_gen: parent })
      expect(after.revoked_at !== null).toBe(isOver)
      if (!row.after && !isOver) expect(after).toEqual(before)
    })
  })

  describe('what it writes', () => {
    it('takes the clock for both times when it rotates', async () => {
      const { before, after } = await present({ presented: 9, ...rotated(HOUR) })

      expect(after.rotated_at.getTime() - before.rotated_at.getTime()).toBeGreaterThan(3_599_000)
      expect(after.parent_used_at).toEqual(after.rotated_at)
    })

    it('keeps the time of the parent when it recovers, so that R is counted once', async () => {
      const { before, after } = await present({ presented: 8, ...rotated(HOUR) })

      expect(after.rotated_at.getTime() - before.rotated_at.getTime()).toBeGreaterThan(3_599_000)
      expect(after.parent_used_at).toEqual(before.parent_used_at)
    })

    it.each([
      ['refresh_reuse', { presented: 1, ...rotated(0) }],
      ['recovery_expired', { presented: 8, ...rotated(DAY) }],
    ])('revokes and announces %s once', async (reason, given) => {
      const { session, after } = await present(given)

      expect(after.revoke_reason).toBe(reason)
      expect(await announced(opened.database, session.id)).toEqual([reason])
    })

    it('announces nothing as long as the session goes on', async () => {
      const { session } = await present({ presented: 8, ...rotated(HOUR) })

      expect(await announced(opened.database, session.id)).toEqual([])
    })

    it('does not revoke what it cannot announce', async () => {
      const session = await fixture.signIn()
      await place(opened.database, session.id, rotated(HOUR))
      const stolen = fixture.generation(session.token, 1)
      await opened.database.execute(`alter table countersign_revocations
        add constraint mute check (reason <> 'refresh_reuse') not valid`)

      await expect(fixture.refresh(stolen)).rejects.toMatchObject({ code: '23514' })
      await opened.database.execute('alter table countersign_revocations drop constraint mute')

      expect(await stateOf(opened.database, session.id)).toMatchObject({ revoked_at: null })
      expect(await fixture.refresh(stolen)).toMatchObject({ outcome: 'reuse' })
    })
  })

  describe('a failover declared by the operator', () => {
    const inAnHour = () => new Date(Date.now() + 3_600_000)
    const failingOver = (failoverUntil: Date) =>
      sessionFixture(opened.database, { key: fixture.key, failoverUntil })

    it('goes on behind a token that is ahead, and lets the ones in between follow', async () => {
      const by = failingOver(inAnHour())

      const { session, after, judgement } = await present({ presented: 12, ...rotated(HOUR) }, by)

      expect(judgement.outcome).toBe('fast_forward')
      expect(after).toMatchObject({ gen: 13, parent_gen: 9, parent_used_at: after.rotated_at })
      expect(await by.refresh(by.generation(session.token, 10))).toMatchObject({
        outcome: 'replay',
        refreshToken: by.generation(session.token, 13),
      })
    })

    it('rotates as ever afterwards', async () => {
      const by = failingOver(inAnHour())
      const { session } = await present({ presented: 12, ...rotated(HOUR) }, by)
      await place(opened.database, session.id, { gen: 13, parent: 9, age: 60, parentAge: 60 })

      const judgement = await fixture.refresh(by.generation(session.token, 13))

      expect(judgement).toMatchObject({ outcome: 'rotate', row: { gen: 14 } })
    })

    it('is over at its end', async () => {
      const by = failingOver(new Date(Date.now() - 1_000))

      const { before, after, judgement } = await present({ presented: 12, ...rotated(HOUR) }, by)

      expect(judgement.outcome).toBe('ahead')
      expect(after).toEqual(before)
    })

    it('changes nothing for a token that is not ahead', async () => {
      const { judgement } = await present({ presented: 1, ...rotated(0) }, failingOver(inAnHour()))

      expect(judgement.outcome).toBe('reuse')
    })
  })

  describe('windows of zero', () => {
    const policed = (policy: object) => sessionFixture(opened.database, { policy })

    it.each([
      ['rotates a token that was just made', { presented: 9, ...rotated(0) }, 'rotate'],
      ['takes its parent for theft at once', { presented: 8, ...rotated(0) }, 'reuse'],
      ['counts a rotation in the future as now', { presented: 9, ...rotated(-60) }, 'rotate'],
      ['counts a parent in the future as now', { presented: 8, ...rotated(-60) }, 'reuse'],
    ])('%s under the strict profile', async (_does, given, outcome) => {
      const { judgement } = await present(given, policed(STRICT_WINDOWS))

      expect(judgement.outcome).toBe(outcome)
    })

    it.each([
      ['replays the parent inside the grace window', { presented: 8, ...rotated(5) }, 'replay'],
      ['takes the parent after it for theft', { presented: 8, ...rotated(30) }, 'reuse'],
    ])('%s without late recovery', async (_does, given, outcome) => {
      const { judgement } = await present(given, policed({ recoverySeconds: 0 }))

      expect(judgement.outcome).toBe(outcome)
    })

    it('counts an age below zero as zero under the standard profile', async () => {
      const { judgement } = await present({ presented: 8, ...rotated(-HOUR) })

      expect(judgement.outcome).toBe('replay')
    })
  })

  describe('the client', () => {
    it('may refresh a session that it made', async () => {
      const clientId = await createClient(opened.database)
      const { token } = await fixture.signIn({ clientId })

      expect(await fixture.refresh(token, clientId)).toMatchObject({ outcome: 'coalesce' })
    })

    it.each([
      ['another client', (): Promise<string> => createClient(opened.database)],
      ['no client', async () => 'public'],
    ])('is refused without a write if it is %s', async (_who, other) => {
      const clientId = await createClient(opened.database)
      const session = await fixture.signIn({ clientId })
      const before = await place(opened.database, session.id, rotated(HOUR))
      const stolen = fixture.generation(session.token, 1)

      expect(await fixture.refresh(stolen, await other())).toMatchObject({
        outcome: 'wrong_client',
      })
      expect(await stateOf(opened.database, session.id)).toEqual(before)
    })
  })

  describe('inspect', () => {
    it.each(TABLE)('judges %s as a refresh would, and writes nothing', async (_given, row) => {
      const session = await fixture.signIn()
      const before = await place(opened.database, session.id, row)
      const token = fixture.sessions.decode(fixture.generation(session.token, row.presented))
      if (!token) throw new Error('the token is not one of ours')

      const judgement = await fixture.sessions.inspect(token)

      expect(judgement).toMatchObject({ outcome: row.outcome, row: { gen: row.gen } })
      expect(await stateOf(opened.database, session.id)).toEqual(before)
    })

    it('is open to any client, since it shows nothing but what the token stands for', async () => {
      const clientId = await createClient(opened.database)
      const { id, token } = await fixture.signIn({ clientId })
      const decoded = fixture.sessions.decode(token)
      if (!decoded) throw new Error('the token is not one of ours')

      expect(await fixture.sessions.inspect(decoded)).toMatchObject({
        outcome: 'coalesce',
        row: { id, client_id: clientId },
      })
    })
  })
})
