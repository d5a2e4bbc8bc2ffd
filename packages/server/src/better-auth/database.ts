import { Kysely, PostgresDialect } from 'kysely'
import type { Database } from '../database/database.js'

/**
 * The option `database` of Better Auth for a PostgreSQL that `openPostgres` or `openEmbedded` opened,
 * so that both use the same connections: with an embedded one they have to.
 */
export function betterAuthDatabase({ pool }: Pick<Database, 'pool'>) {
  const db = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) })
  return { db, type: 'postgres' as const, transaction: true }
}
