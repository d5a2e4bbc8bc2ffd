import type { PostgresPool } from 'kysely'

/** One SQL statement. A `name` marks the hot path: PostgreSQL then prepares it once per connection. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

export interface Queryable {
  query<Row>(statement: Statement): Promise<Row[]>
  /** Runs several statements without parameters, for as long as they take, as migrations need. */
  execute(sql: string): Promise<void>
}

/** PostgreSQL, on a server or embedded. Both run the same SQL. */
export interface Database extends Queryable {
  /** For Better Auth, which speaks through Kysely. */
  readonly pool: PostgresPool
  /** Commits what `work` did, or nothing of it. */
  transaction<T>(work: (queryable: Queryable) => Promise<T>): Promise<T>
  /** Waits for what is running, then lets go of every connection and lock. */
  close(): Promise<void>
}
