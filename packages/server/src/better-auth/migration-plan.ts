import type { Queryable } from '../database/database.js'
import type { SchemaNames } from './schema-names.js'
import { OWN_TABLES, type OwnTable } from './table-sql.js'
import { quoted, type Trigger, triggers } from './trigger-sql.js'

/** Columns by table, with their types. */
type Columns = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * What is missing in a database with Better Auth's tables, as SQL; nothing of it drops or rewrites
 * anything.
 * @throws Error with one sentence if a table is missing, or has other columns than it should
 */
export async function planMigration(
  database: Queryable,
  names: SchemaNames,
): Promise<readonly string[]> {
  const columns = await readColumns(database, names)
  const { user, session, account } = names
  const userColumns = columnsOf(columns, user.table)
  assertColumns(columns, session.table, [session.userId, session.expiresAt])
  assertColumns(columns, account.table, [account.userId, account.password])
  const admin = { role: userColumns.has(user.role), banned: userColumns.has(user.banned) }
  const wanted = triggers(names, admin)
  const present = await readTriggers(database)
  return [
    ...OWN_TABLES.flatMap((table) => planTable(columns, table)),
    ...planVersion(user, userColumns),
    ...wanted.filter((trigger) => !isPresent(present, trigger)).map(triggerSql),
  ]
}

async function readColumns(database: Queryable, names: SchemaNames): Promise<Columns> {
  const tables = [names.user, names.session, names.account].map(({ table }) => table)
  const rows = await database.query<{ table: string; column: string; type: string }>({
    text: `
      select table_name as table, column_name as column, data_type as type
      from information_schema.columns
      where table_schema = current_schema() and table_name = any($1)`,
    values: [[...tables, ...OWN_TABLES.map(({ name }) => name)]],
  })
  const columns = new Map<string, Map<string, string>>()
  for (const { table, column, type } of rows) {
    columns.set(table, (columns.get(table) ?? new Map()).set(column, type))
  }
  return columns
}

function columnsOf(columns: Columns, table: string): ReadonlyMap<string, string> {
  const found = columns.get(table)
  if (found) return found
  throw new Error(`there is no table ${quoted(table)}: run the migration of Better Auth first`)
}

function assertColumns(columns: Columns, table: string, wanted: readonly string[]): void {
  const found = columnsOf(columns, table)
  const missing = ['id', ...wanted].find((column) => !found.has(column))
  if (missing) throw new Error(`the table ${quoted(table)} has no column ${quoted(missing)}`)
}

function planTable(columns: Columns, { name, columns: wanted, sql }: OwnTable): string[] {
  const found = columns.get(name)
  if (!found) return [sql]
  const other = [...new Set([...Object.keys(wanted), ...found.keys()])].filter(
    (column) => found.get(column) !== wanted[column],
  )
  if (other.length === 0) return []
  throw new Error(
    `the table ${name} has other columns than expected (${other.join(', ')}); nothing was changed`,
  )
}

/** A constant default rewrites no row. Better Auth's own migration may have added the column before. */
function planVersion(
  { table, ver }: SchemaNames['user'],
  columns: ReadonlyMap<string, string>,
): string[] {
  const type = columns.get(ver)
  if (type === 'integer') return []
  if (type === undefined) {
    return [`alter table ${quoted(table)} add column ${quoted(ver)} integer not null default 1`]
  }
  throw new Error(
    `the column ${quoted(ver)} of ${quoted(table)} is ${type}, not integer; nothing was changed`,
  )
}

type PresentTrigger = Pick<Trigger, 'name' | 'table' | 'body'>

async function readTriggers(database: Queryable): Promise<PresentTrigger[]> {
  return database.query<PresentTrigger>({
    text: `
      select t.tgname as name, c.relname as table, p.prosrc as body
      from pg_trigger t
      join pg_class c on c.oid = t.tgrelid
      join pg_proc p on p.oid = t.tgfoid
      where c.relnamespace = current_schema()::regnamespace
        and t.tgname like 'countersign\\_%'
        and t.tgenabled <> 'D'`,
  })
}

function isPresent(present: readonly PresentTrigger[], { name, table, body }: Trigger): boolean {
  return present.some((row) => row.name === name && row.table === table && row.body === body)
}

function triggerSql({ name, table, when, body }: Trigger): string {
  return `create or replace function ${name}() returns trigger
language plpgsql set search_path from current as $$${body}$$;

create or replace trigger ${name}
${when} on ${quoted(table)}
for each row execute function ${name}()`
}
