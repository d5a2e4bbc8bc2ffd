"""The table of tasks and the policy on it: the same as in `examples/api-hono`."""

from typing import Any

from psycopg_pool import AsyncConnectionPool

from countersign.postgres import check_row_security

#: What requests run as. Policies bind it; they bind neither a superuser nor an owner.
API_ROLE = "tasks_api"

# One statement each, in order; safe to run again; never edited after release, only added to.
# The advisory lock keeps two processes that start together apart.
_MIGRATIONS = (
    """do $$
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
  end $$""",
    # Roles are of the whole server: another database of it may just be making the same one.
    """do $$
  begin
    if not exists (select from pg_roles where rolname = 'tasks_api') then
      create role tasks_api;
    end if;
  exception when duplicate_object or unique_violation then null;
  end $$""",
    """do $$
  begin
    perform pg_advisory_xact_lock(hashtext('example-api tasks'));
    if not (select rolsuper from pg_roles where rolname = current_user) then
      -- Whoever made a role may not yet switch to it. Or somebody else has made and granted it.
      begin
        grant tasks_api to current_user;
      exception when insufficient_privilege then null;
      end;
    end if;
    execute format('grant usage on schema %I to tasks_api', current_schema());
    grant select, delete, insert (user_id, title), update (title, done, updated_at)
      on tasks to tasks_api;
    if not exists (
      select from pg_policy where polrelid = 'tasks'::regclass and polname = 'own_tasks'
    ) then
      create policy own_tasks on tasks to tasks_api
        using (user_id = nullif(current_setting('countersign.user_id', true), ''));
    end if;
    alter table tasks enable row level security;
  end $$""",
)


async def migrate(pool: AsyncConnectionPool[Any]) -> None:
    """Bring the schema up to date, and make sure that its policies will hold."""
    for statement in _MIGRATIONS:
        async with pool.connection() as connection:
            await connection.execute(statement.encode())
    await check_row_security(pool, role=API_ROLE, tables=["tasks"])
