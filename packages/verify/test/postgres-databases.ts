import { randomBytes } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import type { PostgresPool } from '../src/postgres-transaction.js'

/** A database with notes of users in it, whose login role is a superuser and owns everything. */
export interface NotesDatabase {
  readonly pool: PostgresPool
  /** Bound by the policies. */
  readonly role: string
  readonly names: { readonly bypass: string; readonly heir: string }
  /** A statement of the login role, outside of every transaction of `withIdentity`. */
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/** Creating an embedded database takes its time on a busy machine. */
export const START_TIMEOUT_MS = 120_000

export const DATABASES: ReadonlyArray<readonly [string, () => Promise<NotesDatabase>]> = [
  ['PGlite', embedded],
  ['PostgreSQL', () => postgres()],
]

async function embedded(): Promise<NotesDatabase> {
  const pool = await PGlite.create()
  const names = namesOf('')
  await pool.exec(schema(names))
  return {
    pool,
    role: names.role,
    names,
    query: async <Row>(sql: string, values: unknown[] = []) =>
      (await pool.query<Row>(sql, values)).rows,
    close: () => pool.close(),
  }
}

/** A database and roles of its own on the server that `npm test` started. */
export async function postgres(
  config: pg.PoolConfig = {},
): Promise<NotesDatabase & { url: string }> {
  const server = process.env.TEST_DATABASE_URL
  if (!server) throw new Error('TEST_DATABASE_URL is not set; run the tests through `npm test`')
  const suffix = `_${randomBytes(6).toString('hex')}`
  const names = namesOf(suffix)
  const database = `countersign_test${suffix}`
  await run(server, `create database ${database}`)
  const url = Object.assign(new URL(server), { pathname: `/${database}` }).href
  await run(url, schema(names))
  const pool = new pg.Pool({ connectionString: url, max: 1, ...config })
  pool.on('error', () => {})
  return {
    ...{ pool, url, role: names.role, names },
    query: <Row>(sql: string, values: unknown[] = []) => run<Row>(url, sql, values),
    close: async () => {
      await pool.end()
      await run(server, `drop database ${database} with (force)`)
      for (const role of Object.values(names)) await run(server, `drop role ${role}`)
    },
  }
}

/** On a connection of its own. */
async function run<Row>(url: string, sql: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql, values)).rows as Row[]
  } finally {
    await client.end()
  }
}

const namesOf = (suffix: string) => ({
  role: `api_user${suffix}`,
  bypass: `bypass${suffix}`,
  owner: `note_owner${suffix}`,
  heir: `heir${suffix}`,
})

const schema = ({ role, bypass, owner, heir }: ReturnType<typeof namesOf>): string => `
  create role ${role};
  create role ${bypass} bypassrls;
  create role ${owner};
  create role ${heir} in role ${owner};
  create table notes (id serial primary key, user_id text not null, body text not null);
  alter table notes enable row level security;
  create policy own_notes on notes to ${role}
    using (user_id = nullif(current_setting('countersign.user_id', true), ''));
  grant select, insert, update, delete on notes to ${role};
  grant usage on sequence notes_id_seq to ${role};
  create table open_notes (id integer);
  create table inherited_notes (id integer);
  alter table inherited_notes enable row level security;
  alter table inherited_notes owner to ${owner};`
