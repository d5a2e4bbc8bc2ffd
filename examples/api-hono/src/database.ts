import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { PostgresPool } from '@countersign/verify/postgres'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { lockDataDirectory } from './data-directory.js'

/** A database, with `DatabaseUnavailableError` wherever it could not be asked. */
export interface Database {
  /** For `withIdentity`: what users ask. */
  readonly pool: PostgresPool
  /** A statement for nobody in particular, with the rights of the login role. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<readonly Row[]>
  close(): Promise<void>
}

/** The database did not answer; trying again later may help. Errors of the SQL itself are not this. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError'
}

const CONNECT_TIMEOUT_MS = 3_000
const STATEMENT_TIMEOUT_MS = 5_000

/** A pool of connections to PostgreSQL. Connects on the first query. */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  })
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', () => {})
  // Nor is one heard by the pool while it is lent.
  pool.on('connect', (client) => client.on('error', () => {}))
  // Whatever a server says to a connection that it does not take, it cannot be asked.
  const connect = () => pool.connect().catch(throwUnavailable).then(withNamedErrors)
  return {
    pool: { connect },
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      const connection = await connect()
      let failed = true
      try {
        const { rows } = await connection.query(sql, [...params])
        failed = false
        return rows as Row[]
      } finally {
        connection.release(failed)
      }
    },
    close: () => pool.end(),
  }
}

/** What `withIdentity` needs of a connection. */
function withNamedErrors(client: pg.PoolClient) {
  return {
    query: (sql: string, params: unknown[] = []) =>
      client.query(sql, params).catch((error) => {
        if (isUnavailable(error)) throwUnavailable(error)
        throw error
      }),
    release: (destroy?: boolean) => client.release(destroy),
    on: (event: 'error', listener: () => void) => client.on(event, listener),
    off: (event: 'error', listener: () => void) => client.off(event, listener),
  }
}

function throwUnavailable(cause: unknown): never {
  throw new DatabaseUnavailableError('The database of DATABASE_URL does not answer.', { cause })
}

/**
 * PostgreSQL embedded in this process, its files in `directory`; in memory without one.
 * Throws a plain `Error` with one clear sentence if another process uses the directory.
 */
export async function openEmbedded(directory?: string): Promise<Database> {
  const lock = directory === undefined ? undefined : await lockDataDirectory(directory)
  const opening = lock ? openFiles(lock.databasePath) : PGlite.create('memory://')
  const database = await opening.catch(async (error) => {
    await lock?.release()
    throw error
  })
  const refuseClosed = () => {
    if (database.closed) throw new DatabaseUnavailableError('The database is closed.')
  }
  return {
    pool: {
      transaction: async (work) => {
        refuseClosed()
        return database.transaction(work)
      },
    },
    async query<Row>(sql: string, params: readonly unknown[] = []) {
      refuseClosed()
      const { rows } = await database.query<Row>(sql, [...params])
      return rows
    },
    async close() {
      if (!database.closed) await database.close()
      await lock?.release()
    },
  }
}

/** The first start takes seconds. Cut short, it leaves a draft behind, never half a database. */
async function openFiles(path: string): Promise<PGlite> {
  if (!existsSync(path)) {
    const draft = `${path}.new`
    await rm(draft, { recursive: true, force: true })
    const created = await PGlite.create(draft)
    await created.close()
    await rename(draft, path)
  }
  return PGlite.create(path)
}

/** No SQLSTATE: the server was not reached. Classes 08, 53, 57, 58: it cannot work just now. */
function isUnavailable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return true
  return /^(08|53|57|58)/.test(code)
}
