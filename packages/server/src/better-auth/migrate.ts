import type { Database } from '../database/database.js'
import { planMigration } from './migration-plan.js'
import { PLUGIN_ID } from './plugin-id.js'
import { namesOf, type SchemaNames, type Tables } from './schema-names.js'

/** Any number, as long as nobody else locks it. */
const ADVISORY_LOCK = 27_466_502

export interface BetterAuthMigration {
  /** What was missing, in order. */
  readonly statements: readonly string[]
  /** False for a dry run, and where nothing was missing. */
  readonly applied: boolean
}

export interface MigrateOptions {
  /** Only says what it would do. */
  readonly dryRun?: boolean
}

/** What `betterAuth()` gives, with whatever plugins. */
export interface AnyAuth {
  readonly $context: Promise<{
    readonly tables: Tables
    readonly options: {
      readonly plugins?: readonly { readonly id: string; readonly options?: unknown }[]
    }
  }>
}

/**
 * Adds what `countersign()` needs to the database of a Better Auth that has it among its plugins: two
 * tables, the column `ver` of the user and triggers. It drops nothing; make a backup all the same.
 * @throws Error with one sentence if a table is missing or has other columns; nothing is changed then
 */
export async function migrateBetterAuth(
  auth: AnyAuth,
  options: MigrateOptions = {},
): Promise<BetterAuthMigration> {
  const context = await auth.$context
  const plugin = context.options.plugins?.find(({ id }) => id === PLUGIN_ID)
  const { database } = (plugin?.options ?? {}) as { database?: Database }
  if (!database) throw new TypeError('this Better Auth has no plugin countersign()')
  return migrateTables(database, namesOf(context.tables), options)
}

/** The same for a database and the names of its tables. */
export function migrateTables(
  database: Pick<Database, 'transaction'>,
  names: SchemaNames,
  { dryRun = false }: MigrateOptions = {},
): Promise<BetterAuthMigration> {
  return database.transaction(async (transaction) => {
    // Whoever waits for a lock on a busy table lets nobody pass meanwhile.
    await transaction.execute(`
      set local statement_timeout = 0;
      set local lock_timeout = '5s';
      select pg_advisory_xact_lock(${ADVISORY_LOCK})`)
    const statements = await planMigration(transaction, names)
    if (dryRun) return { statements, applied: false }
    for (const statement of statements) await transaction.execute(statement)
    return { statements, applied: statements.length > 0 }
  })
}
