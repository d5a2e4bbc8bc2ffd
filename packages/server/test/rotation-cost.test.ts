import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Statement } from '../src/database/database.js'
import { migrate } from '../src/database/migrate.js'
import { openPostgres } from '../src/database/postgres.js'
import {
  END_BY_AUTH_SESSION,
  END_BY_TOKEN,
  END_OF_USER,
  END_OTHERS,
  FIND,
  LIST,
} from '../src/sessions/lifecycle-sql.js'
import { CREATE, INSPECT, ROTATE } from '../src/sessions/rotation-sql.js'
import { administer } from './databases.js'
import { type PrivatePostgres, privatePostgres } from './private-postgres.js'
import { type SessionFixture, sessionFixture } from './session-fixture.js'

const ROWS = 100_000

/** Sessions of as many users, and Better Auth's side of them. */
const POPULATION = `
  -- Does not check foreign keys.
  set session_replication_role = replica;
  insert into "user" (id, name, email)
    select 'u' || n, 'Ada', n || '@example.com' from generate_series(1, ${ROWS}) n;
  insert into "session" (id, "expiresAt", token, "updatedAt", "userId")
    select 'a' || n, now() + interval '30 days', 't' || n, now(), 'u' || n
    from generate_series(1, ${ROWS}) n;
  insert into countersign_sessions
    (id, user_id, auth_session_id, client_id, salt_hash, expires_at, idle_seconds, remember)
    select gen_random_uuid(), 'u' || n, 'a' || n, 'public', sha256(n::text::bytea),
      now() + interval '30 days', 604800, true
    from generate_series(1, ${ROWS}) n;
  analyze;`

const ROTATION_TYPES = 'uuid, bytea, integer, text, float8, float8, float8, timestamptz'
const ROTATION_VALUES = `'0b0e1ad6-c8b1-4a0c-9a39-2a1d3c7f2f11', '\\x00', 1, 'public', 30, 30, 86400, null`
const SESSION = `'0b0e1ad6-c8b1-4a0c-9a39-2a1d3c7f2f11'`

/** Name, SQL, types and values of its parameters. */
const STATEMENTS: ReadonlyArray<readonly [string, string, string, string]> = [
  ['ROTATE', ROTATE, ROTATION_TYPES, ROTATION_VALUES],
  ['INSPECT', INSPECT, ROTATION_TYPES, ROTATION_VALUES],
  [
    'CREATE',
    CREATE,
    'uuid, text, text, bytea, float8, integer, boolean, text, text, jsonb, integer',
    `${SESSION}, 't1', 'public', sha256(''), 60, 60, true, null, null, null, null`,
  ],
  ['FIND', FIND, 'uuid, text', `${SESSION}, 'u1'`],
  ['LIST', LIST, 'text', `'u1'`],
  [
    'END_BY_TOKEN',
    END_BY_TOKEN,
    'text, jsonb, uuid, bytea',
    `'revoked', null, ${SESSION}, '\\x00'`,
  ],
  ['END_OF_USER', END_OF_USER, 'text, jsonb, uuid, text', `'revoked', null, ${SESSION}, 'u1'`],
  ['END_OTHERS', END_OTHERS, 'text, jsonb, text, uuid', `'revoked', null, 'u1', ${SESSION}`],
  ['END_BY_AUTH_SESSION', END_BY_AUTH_SESSION, 'text, jsonb, text', `'revoked', null, 'a1'`],
]

describe('what a refresh costs on PostgreSQL', () => {
  let server: PrivatePostgres
  let database: Database
  let fixture: SessionFixture

  beforeAll(async () => {
    // Whoever else used the server would write to the same log, and autovacuum holds the old
    // versions of rows for as long as it looks at a table that was just filled.
    server = await privatePostgres(['autovacuum=off', 'synchronous_commit=off'])
    await server.start()
    database = openPostgres({ url: server.url, maxConnections: 1 })
    await migrate(database)
    await administer(server.url, POPULATION)
    fixture = sessionFixture(database)
  })
  afterAll(async () => {
    await database?.close()
    await server?.remove()
  })

  const numberOf = async (text: string): Promise<number> => {
    const [row] = await database.query<{ n: string }>({ text })
    return Number(row?.n)
  }

  describe.each(['force_custom_plan', 'force_generic_plan'])('with %s', (mode) => {
    it.each(STATEMENTS)('finds the rows of %s by an index', async (_name, sql, types, values) => {
      const plan = await database.transaction(async (transaction) => {
        await transaction.execute(`set local plan_cache_mode = ${mode}`)
        await transaction.execute(`prepare planned (${types}) as ${sql}`)
        const lines = await transaction.query({ text: `explain execute planned (${values})` })
        await transaction.execute('deallocate planned')
        return JSON.stringify(lines)
      })

      expect(plan).toContain('Index Scan')
      expect(plan).not.toContain('Seq Scan')
    })
  })

  it('is one statement, named', async () => {
    const statements: Statement[] = []
    const counting: Database = {
      ...database,
      query: (statement) => {
        statements.push(statement)
        return database.query(statement)
      },
    }
    const { token, id } = await fixture.signIn()
    await fixture.after(id, 60)

    const answer = await sessionFixture(counting, { key: fixture.key }).refresh(token)

    expect(answer.outcome).toBe('rotate')
    expect(statements.map(({ name }) => name)).toEqual(['countersign_rotate'])
  })

  describe('in a table that was rotated before', () => {
    const SESSIONS = 200
    const ROUNDS = 10
    const WRITTEN = `select pg_current_wal_insert_lsn() - '0/0' as n`
    const STATISTICS = `select n_tup_upd::integer as updated, n_tup_hot_upd::integer as hot
      from pg_stat_user_tables where relname = 'countersign_sessions'`
    let cost: { bytes: number; updated: number; hot: number }

    beforeAll(async () => {
      fixture = sessionFixture(database, { policy: { graceSeconds: 0, coalesceSeconds: 0 } })
      // One after the other: nobody waits for the one connection longer than a pool lets them.
      const tokens: string[] = []
      while (tokens.length < SESSIONS) tokens.push((await fixture.signIn()).token)
      await database.execute('vacuum countersign_sessions')
      await rotate(tokens, 2)
      const [written, before] = [await numberOf(WRITTEN), await statistics()]
      await rotate(tokens, ROUNDS)
      const bytes = ((await numberOf(WRITTEN)) - written) / (ROUNDS * SESSIONS)
      const after = await statistics()
      cost = { bytes, updated: after.updated - before.updated, hot: after.hot - before.hot }
    })

    it('writes less than 300 bytes to the log', () => {
      expect(cost.bytes).toBeGreaterThan(100)
      expect(cost.bytes).toBeLessThan(300)
    })

    it('touches no index in at least 99 of 100', () => {
      expect(cost.updated).toBe(ROUNDS * SESSIONS)
      expect(cost.hot / cost.updated).toBeGreaterThanOrEqual(0.99)
    })

    async function rotate(tokens: string[], rounds: number): Promise<void> {
      for (let round = 0; round < rounds; round++) {
        for (const [index, token] of tokens.entries())
          tokens[index] = await fixture.refreshed(token)
      }
    }

    /** The one connection reports what it counted when it is asked to. */
    async function statistics(): Promise<{ updated: number; hot: number }> {
      await database.query({ text: 'select pg_stat_force_next_flush()' })
      const [row] = await database.query<{ updated: number; hot: number }>({ text: STATISTICS })
      if (!row) throw new Error('there are no statistics')
      return row
    }
  })
})
