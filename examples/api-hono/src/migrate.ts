import type { Database } from './database.js'

/**
 * One statement each, in order; safe to run again; never edited after release, only added to.
 * The advisory lock keeps two processes that start together apart.
 */
const MIGRATIONS = [
  `do $$
  begin
    perform pg_advisory_xact_lock(hashtext('example-api tasks'));
    create table if not exists tasks (
      id uuid primary key default gen_random_uuid(),
      user_id text not null,
      title text not null check (char_length(title) between 1 and 200),
      done boolean not null default false,
      created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
      updated_at timestamptz not null default date_trunc('milliseconds', clock_timestamp())
    );
    create index if not exists tasks_of_user on tasks (user_id, created_at desc, id desc);
  end $$`,
] as const

/** Brings the schema up to date. */
export async function migrate(database: Database): Promise<void> {
  for (const statement of MIGRATIONS) await database.query(statement)
}
