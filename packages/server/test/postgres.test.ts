import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isUnavailable } from '../src/database/availability.js'
import type { Database, Queryable } from '../src/database/database.js'
import { openPostgres, type PostgresOptions } from '../src/database/postgres.js'
import { emptyPostgres } from './databases.js'

describe('a PostgreSQL server', () => {
  let url: string
  let drop: () => Promise<void>
  let database: Database

  beforeAll(async () => {
    const empty = await emptyPostgres()
    url = empty.url
    drop = empty.drop
    database = openPostgres({ url })
    await database.execute('create table notes (id integer primary key)')
  })
  beforeEach(() => database.execute('truncate notes'))
  afterAll(async () => {
    await database?.close()
    await drop?.()
  })

  const insert = (id: number) => ({ text: 'insert into notes (id) values ($1)', values: [id] })
  const count = async () => (await database.query({ text: 'select id from notes' })).length

  /** Runs `work` on connections of its own. */
  async function connected<T>(
    options: Partial<PostgresOptions>,
    work: (other: Database) => Promise<T>,
  ): Promise<T> {
    const other = openPostgres({ url, ...options })
    try {
      return await work(other)
    } finally {
      await other.close()
    }
  }

  async function backendOf(queryable: Queryable): Promise<number> {
    const [row] = await queryable.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    return row?.pid ?? 0
  }

  const terminate = (pid: number) =>
    database.query({ text: 'select pg_terminate_backend($1)', values: [pid] })

  async function untilGone(pid: number): Promise<void> {
    const backends = { text: 'select 1 from pg_stat_activity where pid = $1', values: [pid] }
    while ((await database.query(backends)).length > 0);
  }

  describe('transaction', () => {
    it('commits what was done', async () => {
      await database.transaction((transaction) => transaction.query(insert(1)))

      expect(await count()).toBe(1)
    })

    it('keeps nothing when it fails, and leaves a usable connection', async () => {
      await connected({ maxConnections: 1 }, async (other) => {
        const failing = other.transaction(async (transaction) => {
          await transaction.query(insert(1))
          await transaction.query(insert(1))
        })

        await expect(failing).rejects.toMatchObject({ code: '23505' })
        expect(await other.query({ text: 'select id from notes' })).toEqual([])
      })
    })

    it('keeps nothing when its connection is killed, and replaces the connection', async () => {
      await connected({ maxConnections: 1 }, async (other) => {
        const killed = other.transaction(async (transaction) => {
          await transaction.query(insert(1))
          await terminate(await backendOf(transaction))
          await transaction.query(insert(2))
        })

        expect(isUnavailable(await killed.catch((error) => error))).toBe(true)
        expect(await other.query({ text: 'select id from notes' })).toEqual([])
      })
    })

    it('gives the reason of the failure, not of the rollback', async () => {
      const failing = database.transaction(async (transaction) => {
        await terminate(await backendOf(transaction))
        throw new Error('changed my mind')
      })

      await expect(failing).rejects.toThrow('changed my mind')
    })
  })

  describe('connections', () => {
    it('are unavailable when all of them are taken for three seconds', async () => {
      await connected({ maxConnections: 1 }, async (other) => {
        const waiting = other.transaction(async () => {
          const error = await other.query({ text: 'select 1' }).catch((refusal) => refusal)

          expect(error).toBeInstanceOf(Error)
          return isUnavailable(error)
        })

        expect(await waiting).toBe(true)
      })
    })

    it('are shared by more callers than there are connections', async () => {
      await connected({ maxConnections: 2 }, async (other) => {
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_each, index) =>
            other.query({ text: 'select $1::integer as n', values: [index] }),
          ),
        )

        expect(answers.flat()).toEqual(Array.from({ length: 50 }, (_each, n) => ({ n })))
      })
    })

    it('that break while idle are reported and replaced', async () => {
      const reported: Error[] = []
      const onIdleError = (error: Error) => reported.push(error)
      await connected({ maxConnections: 1, onIdleError }, async (other) => {
        const before = await backendOf(other)
        await terminate(before)
        while (reported.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))

        expect(reported.map(isUnavailable)).toEqual([true])
        expect(await backendOf(other)).not.toBe(before)
      })
    })

    it('that break while Better Auth holds them fail its next statement, not the process', async () => {
      await connected({ maxConnections: 1 }, async (other) => {
        const client = await other.pool.connect()
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid', [])
        await terminate(rows[0]?.pid ?? 0)
        await untilGone(rows[0]?.pid ?? 0)

        const error = await client.query('select 1', []).catch((failure: unknown) => failure)
        client.release()

        expect(isUnavailable(error)).toBe(true)
        // The server says good-bye before it closes: until then the pool may lend it once more.
        await expect
          .poll(() => other.query({ text: 'select 1 as one' }).catch(isUnavailable))
          .toEqual([{ one: 1 }])
      })
    })

    it('give every statement a deadline and carry a name', async () => {
      const [row] = await database.query({
        text: `select current_setting('statement_timeout') as deadline,
                 current_setting('application_name') as name`,
      })

      expect(row).toEqual({ deadline: '8s', name: 'countersign' })
    })
  })

  describe('statements with a name', () => {
    const named = { name: 'one', text: 'select 1 as one' }

    /** Names that the server knows on the connection that ran the statement. */
    const preparedBy = (options: Partial<PostgresOptions>) =>
      connected({ maxConnections: 1, ...options }, async (other) => {
        await other.query(named)
        await other.query({ text: 'select 2 as two' })
        return other.query({ text: 'select name from pg_prepared_statements' })
      })

    it('are prepared once per connection', async () => {
      expect(await preparedBy({})).toEqual([{ name: 'one' }])
    })

    it('are not behind a pooler in transaction mode', async () => {
      expect(await preparedBy({ preparedStatements: false })).toEqual([])
    })

    it('are not when the address says so', async () => {
      expect(await preparedBy({ url: `${url}?pgbouncer=true` })).toEqual([])
    })
  })
})
