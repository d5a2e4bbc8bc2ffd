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

/** Who waits for messages on a channel. */
export interface Listener {
  /** Messages will be heard from now on; those from before are lost. */
  connected(): void
  heard(): void
  /** Messages are lost until the next `connected`. */
  lost(): void
}

/** PostgreSQL, on a server or embedded. Both run the same SQL. */
export interface Database extends Queryable {
  /** For Better Auth, which speaks through Kysely. */
  readonly pool: PostgresPool
  /** Commits what `work` did, or nothing of it. */
  transaction<T>(work: (queryable: Queryable) => Promise<T>): Promise<T>
  /**
   * Hears messages (`LISTEN`) until the returned function was called or the database is closed, over
   * a connection of its own that is made again when it breaks. Never `connected` where there is none.
   */
  listen(channel: string, listener: Listener): () => Promise<void>
  /** Waits for what is running, then lets go of every connection and lock. */
  close(): Promise<void>
}
