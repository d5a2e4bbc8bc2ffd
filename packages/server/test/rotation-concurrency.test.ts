import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Judgement } from '../src/sessions/session-rows.js'
import { DATABASES, type TestDatabase } from './databases.js'
import {
  HOUR,
  type SessionFixture,
  sessionFixture,
  stateOf,
  type TestSession,
} from './session-fixture.js'

describe.each(DATABASES)('refreshes at the same time on %s', (name, open) => {
  let opened: TestDatabase
  let fixture: SessionFixture

  beforeAll(async () => {
    opened = await open()
    fixture = sessionFixture(opened.database)
  })
  afterAll(() => opened?.close())

  async function agedSession(userId?: string): Promise<TestSession> {
    const session = await fixture.signIn(userId ? { userId } : {})
    await fixture.after(session.id, HOUR)
    return session
  }

  it('rotates once for 32 requests with one token, and answers all of them the same', async () => {
    const { id, token } = await agedSession()

    const answers = await Promise.all(Array.from({ length: 32 }, () => fixture.refresh(token)))

    expect(count(answers)).toEqual({ rotate: 1, replay: 31 })
    expect(tokens(answers)).toEqual(new Set([fixture.generation(token, 2)]))
    expect(await stateOf(opened.database, id)).toMatchObject({ gen: 2, parent_gen: 1 })
  })

  it('recovers once for 32 requests with the token before a lost answer', async () => {
    const { id, token } = await agedSession()
    await fixture.refresh(token)
    await fixture.after(id, HOUR)

    const answers = await Promise.all(Array.from({ length: 32 }, () => fixture.refresh(token)))

    expect(count(answers)).toEqual({ recover: 1, replay: 31 })
    expect(tokens(answers)).toEqual(new Set([fixture.generation(token, 3)]))
  })

  it('revokes once for 32 requests with a stolen token', async () => {
    const { id, token } = await agedSession()
    const second = await fixture.refreshed(token)
    await fixture.after(id, HOUR)
    await fixture.refresh(second)

    const answers = await Promise.all(Array.from({ length: 32 }, () => fixture.refresh(token)))
    const rows = await opened.database.query({
      text: 'select id from countersign_revocations where session_id = $1',
      values: [id],
    })

    expect(count(answers)).toEqual({ reuse: 1, ended: 31 })
    expect(rows).toHaveLength(1)
  })

  it('does not mix up a refresh and an end of the same session', async () => {
    const { id, userId, token } = await agedSession()

    const [, ...answers] = await Promise.all([
      fixture.sessions.endOfUser(id, userId, 'signed_out'),
      ...Array.from({ length: 16 }, () => fixture.refresh(token)),
    ])

    expect(await stateOf(opened.database, id)).toMatchObject({ revoke_reason: 'signed_out' })
    expect(await fixture.refresh(token)).toMatchObject({ outcome: 'ended' })
    for (const { outcome } of answers) expect(outcome).toMatch(/^(rotate|replay|ended)$/)
  })

  /** The embedded database takes one at a time anyway, and needs milliseconds for each. */
  const [sessions, times] = name === 'PGlite' ? [40, 4] : [200, 16]

  it(`rotates ${sessions} sessions once each for ${times} requests each by 32 workers`, async () => {
    const userId = (await agedSession()).userId
    const all = await Promise.all(Array.from({ length: sessions }, () => agedSession(userId)))
    const requests = shuffled(Array.from({ length: times }, () => all).flat())
    const answers: Judgement[] = []

    const worker = async () => {
      for (let next = requests.pop(); next; next = requests.pop()) {
        answers.push(await fixture.refresh(next.token))
      }
    }
    await Promise.all(Array.from({ length: 32 }, worker))

    expect(count(answers)).toEqual({ rotate: sessions, replay: sessions * (times - 1) })
    expect(tokens(answers).size).toBe(sessions)
  })
})

function count(answers: readonly Judgement[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of answers) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

function tokens(answers: readonly Judgement[]): Set<string> {
  return new Set(
    answers.map((answer) => (answer.outcome === 'unknown' ? 'none' : answer.refreshToken)),
  )
}

/** Fisher and Yates. */
function shuffled<T>(given: readonly T[]): T[] {
  const items = [...given]
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1))
    ;[items[last], items[other]] = [items[other] as T, items[last] as T]
  }
  return items
}
