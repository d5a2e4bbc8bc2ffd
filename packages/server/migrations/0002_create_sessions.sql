-- One row per session, rewritten in place by every refresh (spec/protocol.md, "Rotation").
-- No index on a column that a refresh writes: PostgreSQL then updates the row without touching any
-- index (HOT). Takes no lock on existing data.
create table countersign_clients (
  id text primary key,
  auth_method text not null check (auth_method in ('none', 'client_secret_basic')),
  secret_hash bytea,
  name text not null default '',
  scopes text[] not null default '{}',
  audiences text[] not null default '{}',
  redirect_uris text[] not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  check ((auth_method = 'none') = (secret_hash is null))
);

insert into countersign_clients (id, auth_method, name)
values ('public', 'none', 'Callers without a client credential');

create table countersign_sessions (
  id uuid primary key,
  user_id text not null,
  auth_session_id text not null,
  client_id text not null references countersign_clients (id),
  salt_hash bytea not null check (octet_length(salt_hash) = 32),
  gen integer not null default 1,
  parent_gen integer not null default 1 check (parent_gen between 1 and gen),
  rotated_at timestamptz not null default clock_timestamp(),
  parent_used_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  idle_seconds integer not null check (idle_seconds > 0),
  remember boolean not null,
  revoked_at timestamptz,
  revoke_reason text,
  user_agent text,
  ip text,
  check ((revoked_at is null) = (revoke_reason is null))
) with (fillfactor = 80);

create index countersign_sessions_user_id on countersign_sessions (user_id);
create index countersign_sessions_auth_session_id on countersign_sessions (auth_session_id);
create index countersign_sessions_expires_at on countersign_sessions (expires_at);

-- The truth about what was revoked; pruned once no access token can be older.
create table countersign_revocations (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  session_id uuid,
  user_id text not null,
  -- Tokens of the user with a smaller "ver" are refused; null revokes only the session.
  user_ver integer,
  reason text not null
);

create index countersign_revocations_at on countersign_revocations (at);
