import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Database, Queryable } from './database.js'

const FOLDER = new URL('../../migrations/', import.meta.url)
/** Any number, as long as nobody else locks it: the first eight digits of "csgn" on a keypad. */
const ADVISORY_LOCK = 27_466_500

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

export interface MigrationReport {
  /** Names of the files applied now, in order. */
  readonly applied: readonly string[]
  /** Version of the schema after it. */
  readonly version: number
}

/**
 * Applies what is pending, in one transaction under an advisory lock: of many processes that start
 * together one migrates and the others wait. Forward only.
 * @throws Error if a file that was applied before has changed since, or the database is newer
 */
export async function migrate(database: Pick<Database, 'transaction'>): Promise<MigrationReport> {
  const migrations = await readMigrations()
  return database.transaction(async (transaction) => {
    await lockSchema(transaction)
    const pending = await pendingMigrations(transaction, migrations)
    for (const migration of pending) await apply(transaction, migration)
    const version = migrations.at(-1)?.version ?? 0
    return { applied: pending.map(({ name }) => name), version }
  })
}

/** Files of this release, oldest first. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort()
  const migrations = await Promise.all(names.map(readMigration))
  for (const [index, { version, name }] of migrations.entries()) {
    if (version === migrations[index - 1]?.version)
      throw new Error(`migration ${name} is one of two`)
  }
  return migrations
}

async function readMigration(name: string): Promise<Migration> {
  const version = Number(name.slice(0, 4))
  const sql = await readFile(new URL(name, FOLDER), 'utf8')
  return { version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

async function lockSchema(transaction: Queryable): Promise<void> {
  // A migration, and waiting for another process's, may take longer than any request.
  await transaction.execute(`
    set local statement_timeout = 0;
    select pg_advisory_xact_lock(${ADVISORY_LOCK});
    create table if not exists countersign_migrations (
      version integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default clock_timestamp()
    )`)
}

async function pendingMigrations(
  transaction: Queryable,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const applied = await transaction.query<{ version: number; checksum: string }>({
    text: 'select version, checksum from countersign_migrations order by version',
  })
  for (const { version, checksum } of applied) {
    const known = migrations.find((migration) => migration.version === version)
    if (!known) throw new Error('the database was migrated by a newer release of Countersign')
    if (known.checksum !== checksum) throw new Error(`migration ${known.name} was changed`)
  }
  const versions = new Set(applied.map(({ version }) => version))
  return migrations.filter(({ version }) => !versions.has(version))
}

async function apply(transaction: Queryable, migration: Migration): Promise<void> {
  await transaction.execute(migration.sql)
  await transaction.query({
    text: 'insert into countersign_migrations (version, name, checksum) values ($1, $2, $3)',
    values: [migration.version, migration.name, migration.checksum],
  })
}
