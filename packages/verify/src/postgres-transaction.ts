/**
 * One transaction on a connection of `pg` or on a PGlite, neither of which is imported.
 * @module
 */

/** Runs SQL with its parameters beside it. */
export interface Transaction {
  /** @throws Error after the end of the transaction; whatever the database answers */
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>
}

interface Answer {
  readonly rows: unknown[]
  readonly command?: string
}

interface Connection {
  query(text: string, values?: unknown[]): Promise<Answer>
}

/** A connection of `pg.Pool`. */
interface PooledConnection extends Connection {
  release(destroy?: boolean): void
  on(event: 'error', listener: () => void): unknown
  off(event: 'error', listener: () => void): unknown
}

/** A `pg.Pool`, or a PGlite, whose one connection is lent for the length of a transaction. */
export type PostgresPool =
  | { connect(): Promise<PooledConnection> }
  | { transaction<T>(work: (tx: Connection) => Promise<T>): Promise<T | undefined> }

/** Runs `work` in a transaction: commits what it did, or nothing of it. */
export async function borrow<T>(
  pool: PostgresPool,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if ('release' in pool) throw new TypeError('give the pool, not one of its connections')
  if ('transaction' in pool) return borrowEmbedded(pool, work)
  const connection = await pool.connect()
  // The pool does not listen to a connection that it has lent: unheard, its end would end the process.
  connection.on('error', ignore)
  const { tx, end } = limited(connection)
  let isClean = false
  try {
    await connection.query('begin')
    const result = await work(tx)
    end()
    refuseRolledBack((await connection.query('commit')).command)
    isClean = true
    return result
  } catch (error) {
    end()
    isClean ||= await rollBack(connection)
    throw error
  } finally {
    connection.off('error', ignore)
    // A connection of unknown state is closed: the next user must not inherit an identity.
    connection.release(!isClean)
  }
}

async function borrowEmbedded<T>(
  pool: Extract<PostgresPool, { transaction: unknown }>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const result = await pool.transaction(async (connection) => {
    const { tx, end } = limited(connection)
    try {
      const value = await work(tx)
      // Refused if a statement failed unnoticed: a commit would silently roll back.
      await tx.query('select 1')
      return { value }
    } finally {
      end()
    }
  })
  if (!result) refuseRolledBack('ROLLBACK')
  return (result as { value: T }).value
}

/** The connection until `end`; a reference that outlives the work must not reach the next user's. */
function limited(connection: Connection): { tx: Transaction; end: () => void } {
  let isOpen = true
  const tx: Transaction = {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      if (!isOpen) throw new Error('the transaction is over')
      const { rows } = await connection.query(text, [...values])
      return { rows: rows as Row[] }
    },
  }
  return {
    tx,
    end: () => {
      isOpen = false
    },
  }
}

/** PostgreSQL answers the commit of a failed transaction with ROLLBACK, and no error. */
function refuseRolledBack(command: string | undefined): void {
  if (command !== 'ROLLBACK') return
  throw new Error('nothing was committed: a statement of the transaction had failed')
}

async function rollBack(connection: Connection): Promise<boolean> {
  try {
    await connection.query('rollback')
    return true
  } catch {
    return false
  }
}

function ignore(): void {}
