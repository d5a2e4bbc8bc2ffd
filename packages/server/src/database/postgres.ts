import pg from 'pg'
import type { Database, Queryable, Statement } from './database.js'
import { keepListening } from './keep-listening.js'

export interface PostgresOptions {
  readonly url: string
  /** The same database without a pooler in between, for what a pooler cannot do: LISTEN. */
  readonly directUrl?: string
  /** Most connections that this process opens. */
  readonly maxConnections?: number
  /** Off behind a pooler in transaction mode; guessed from the address by default. */
  readonly preparedStatements?: boolean
  /** Told of connections that break while nobody uses them. */
  readonly onIdleError?: (error: Error) => void
}

/** The longest timer there is, in milliseconds. */
const NEVER = 2 ** 31 - 1

/** A PostgreSQL server. Every wait has a deadline, so that a stopped server is an error, not a hang. */
export function openPostgres(options: PostgresOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: 'countersign',
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    query_timeout: 10_000,
    statement_timeout: 8_000,
  })
  pool.on('error', (error) => options.onIdleError?.(error))
  // The pool does not listen while a connection is lent to a transaction: unheard between two
  // statements, its end would end this process. The next statement reports it.
  pool.on('connect', (client) => client.on('error', () => {}))
  const pooled = behindTransactionPooler(options.url)
  const named = options.preparedStatements ?? !pooled
  const listenUrl = options.directUrl ?? (pooled ? undefined : options.url)
  const listening = new Set<() => Promise<void>>()
  return {
    ...queryable(pool, named),
    pool: pool as unknown as Database['pool'],
    transaction: (work) => transaction(pool, named, work),
    listen(channel, listener) {
      if (listenUrl === undefined) return async () => {}
      const stop = keepListening(listenUrl, channel, listener)
      listening.add(stop)
      return async () => {
        listening.delete(stop)
        await stop()
      }
    },
    async close() {
      await Promise.all([...listening].map((stop) => stop()))
      await pool.end()
    },
  }
}

function queryable(client: pg.Pool | pg.PoolClient, named: boolean): Queryable {
  return {
    async query<Row>({ name, text, values }: Statement): Promise<Row[]> {
      const config = { text, values: [...(values ?? [])], ...(named && name ? { name } : {}) }
      const result = await client.query(config)
      return result.rows as Row[]
    },
    async execute(sql) {
      const config: pg.QueryConfig & { query_timeout: number } = { text: sql, query_timeout: NEVER }
      await client.query(config)
    },
  }
}

async function transaction<T>(
  pool: pg.Pool,
  named: boolean,
  work: (queryable: Queryable) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(queryable(client, named))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** A pooler in transaction mode hands each statement to another server connection. */
function behindTransactionPooler(url: string): boolean {
  const parsed = new URL(url)
  return /-pooler\./.test(parsed.hostname) || parsed.searchParams.get('pgbouncer') === 'true'
}
