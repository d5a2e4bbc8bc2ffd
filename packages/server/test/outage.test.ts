import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isUnavailable } from '../src/database/availability.js'
import type { Database } from '../src/database/database.js'
import { migrate } from '../src/database/migrate.js'
import { openPostgres } from '../src/database/postgres.js'
import { type PrivatePostgres, privatePostgres } from './private-postgres.js'
import {
  type SessionFixture,
  sessionFixture,
  stateOf,
  type TestSession,
} from './session-fixture.js'

describe('a server that stops', () => {
  let server: PrivatePostgres
  let database: Database
  let fixture: SessionFixture

  beforeAll(async () => {
    server = await privatePostgres()
    await server.start()
    database = openPostgres({ url: server.url })
    await migrate(database)
    // With windows of zero every refresh rotates.
    const policy = { graceSeconds: 0, coalesceSeconds: 0 }
    fixture = sessionFixture(database, { policy })
  })
  afterAll(async () => {
    await database?.close()
    await server?.remove()
  })

  /** Refreshes until the server is gone; gives the last token that was acknowledged. */
  async function refreshUntilItFails(session: TestSession) {
    let token = session.token
    for (;;) {
      const answer = await fixture.refreshed(token).catch((error: unknown) => ({ error }))
      if (typeof answer !== 'string') return { session, token, error: answer.error }
      token = answer
    }
  }

  async function stopAmidRefreshes(signal: 'SIGINT' | 'SIGQUIT') {
    const sessions = await Promise.all(Array.from({ length: 8 }, () => fixture.signIn()))
    const refreshing = Promise.all(sessions.map(refreshUntilItFails))
    for (const { id } of sessions) {
      while ((await stateOf(database, id)).gen < 5);
    }
    await server.stop(signal)
    return refreshing
  }

  it.each([
    ['is shut down', 'SIGINT'],
    ['crashes', 'SIGQUIT'],
  ] as const)(
    'is unavailable to all when it %s, and has all that it acknowledged',
    async (_what, signal) => {
      const clients = await stopAmidRefreshes(signal)

      expect(clients.map(({ error }) => isUnavailable(error))).not.toContain(false)
      const stopped = await database.query({ text: 'select 1' }).catch((error) => error)
      expect(isUnavailable(stopped)).toBe(true)

      await server.start()
      for (const { token, session } of clients) {
        const generation = fixture.sessions.decode(token)?.generation ?? 0
        expect((await stateOf(database, session.id)).gen).toBeGreaterThanOrEqual(generation)
      }
    },
  )

  it('logs nobody out, not even by an answer that was lost', async () => {
    const clients = await stopAmidRefreshes('SIGQUIT')
    await server.start()

    const outcomes = await Promise.all(
      clients.map(async ({ token }) => (await fixture.refresh(token)).outcome),
    )

    for (const outcome of outcomes) expect(outcome).toMatch(/^(rotate|recover)$/)
  })
})
