import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SessionPolicy, STRICT_WINDOWS, sessionPolicy } from '../src/sessions/policy.js'
import type { Outcome } from '../src/sessions/session-rows.js'
import { DATABASES, type TestDatabase } from './databases.js'
import {
  createUser,
  DAY,
  HOUR,
  type SessionFixture,
  sessionFixture,
  stateOf,
  type TestSession,
} from './session-fixture.js'

/** The table of `spec/protocol.md`, "Rotation", written a second time and differently. */
interface Model {
  gen: number
  parent: number
  /** Seconds since the session was made. */
  now: number
  rotatedAt: number
  parentUsedAt: number
  revoked: boolean
}

/** Which token is presented, counted from the current one or from the parent. */
interface Presentation {
  readonly from: 'gen' | 'parent'
  readonly offset: number
}

type History = ReadonlyArray<readonly [wait: number, presented: Presentation]>

function present(model: Model, presented: number, policy: SessionPolicy): Outcome {
  const age = model.now - model.rotatedAt
  const isOver = model.now >= policy.absoluteSeconds || age >= policy.idleSeconds
  if (model.revoked || isOver) return 'ended'
  if (presented > model.gen) return 'ahead'
  if (presented === model.gen) {
    if (age < policy.coalesceSeconds) return 'coalesce'
    model.parent = model.gen
    model.parentUsedAt = model.now
    return moveOn(model, 'rotate')
  }
  if (presented >= model.parent && age < policy.graceSeconds) return 'replay'
  if (presented !== model.parent || policy.recoverySeconds === 0) return revoke(model, 'reuse')
  const isLate = model.now - model.parentUsedAt >= policy.recoverySeconds
  return isLate ? revoke(model, 'recovery_expired') : moveOn(model, 'recover')
}

function moveOn(model: Model, outcome: Outcome): Outcome {
  model.gen += 1
  model.rotatedAt = model.now
  return outcome
}

function revoke(model: Model, outcome: Outcome): Outcome {
  model.revoked = true
  return outcome
}

/** Waits are multiples of ten seconds, as every limit is: what a run takes cannot matter. */
const waits = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 10, 20) },
  { weight: 3, arbitrary: fc.constantFrom(30, 40, HOUR, 23 * HOUR) },
  { weight: 1, arbitrary: fc.constantFrom(DAY, 2 * DAY, 6 * DAY, 7 * DAY) },
)

const presentations: fc.Arbitrary<Presentation> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ from: 'gen', offset: 0 }) },
  { weight: 4, arbitrary: fc.constant({ from: 'parent', offset: 0 }) },
  { weight: 2, arbitrary: fc.constant({ from: 'gen', offset: -1 }) },
  { weight: 1, arbitrary: fc.constant({ from: 'parent', offset: -1 }) },
  { weight: 1, arbitrary: fc.constant({ from: 'gen', offset: 1 }) },
)

const histories = fc.array(fc.tuple(waits, presentations), { minLength: 1, maxLength: 12 })

/** PGlite needs milliseconds for what PostgreSQL does in tenths. */
const RUNS: Record<string, number> = { PGlite: 10, PostgreSQL: 50 }
/** A busy machine tries fewer histories rather than fail. */
const SECONDS = 20

describe.each(DATABASES)('the rotation statement on %s', (name, open) => {
  let opened: TestDatabase

  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened?.close())

  it.each([
    ['the standard profile', {}, 4],
    ['the strict profile', STRICT_WINDOWS, 1],
    ['no late recovery', { recoverySeconds: 0 }, 1],
    ['a long grace window', { graceSeconds: 300, coalesceSeconds: 300 }, 1],
  ])('does what the table says in any history under %s', async (_profile, given, weight) => {
    const policy = sessionPolicy(given)
    const fixture = sessionFixture(opened.database, { policy })
    const userId = await createUser(opened.database)
    const numRuns = weight * (RUNS[name] ?? 1)

    const property = fc.asyncProperty(histories, async (history) => {
      const session = await fixture.signIn({ userId })
      const model = await follow(fixture, session, history, policy)

      expect(await stateOf(opened.database, session.id)).toMatchObject({
        gen: model.gen,
        parent_gen: model.parent,
        revoked_at: model.revoked ? expect.any(Date) : null,
      })
    })
    await fc.assert(property, { numRuns, interruptAfterTimeLimit: SECONDS * 1_000 })
  })
})

/** Plays a history against the database and the model; every answer has to be the same. */
async function follow(
  fixture: SessionFixture,
  { id, token }: TestSession,
  history: History,
  policy: SessionPolicy,
): Promise<Model> {
  const model = { gen: 1, parent: 1, now: 0, rotatedAt: 0, parentUsedAt: 0, revoked: false }
  for (const [wait, { from, offset }] of history) {
    model.now += wait
    if (wait > 0) await fixture.after(id, wait)
    const presented = Math.max(1, model[from] + offset)
    const { outcome } = await fixture.refresh(fixture.generation(token, presented))
    expect(outcome).toBe(present(model, presented, policy))
  }
  return model
}
