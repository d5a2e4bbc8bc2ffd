import type { Database, Listener } from '../database/database.js'

/** Channel of PostgreSQL and of Redis. The trigger of migration 0004 names it too. */
export const CHANNEL = 'countersign_revocations'

/** Carries "there is something new" from process to process: a hint, never the truth. */
export interface Messenger {
  /** Hears until the returned function was called. */
  listen(listener: Listener): () => Promise<void>
  /** Says it to every process, after a revocation was committed. */
  announce(): void
  /** Says it to find out whether it is heard. */
  probe(): Promise<void>
  /** Says nothing any more. */
  close(): void
}

/** LISTEN/NOTIFY. A trigger announces every revocation, whoever writes it. */
export function databaseMessenger(database: Database): Messenger {
  return {
    listen: (listener) => database.listen(CHANNEL, listener),
    announce: () => {},
    close: () => {},
    async probe() {
      await database.query({ text: `select pg_notify($1, '')`, values: [CHANNEL] })
    },
  }
}
