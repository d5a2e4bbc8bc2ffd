/** The tables that are ours, with the types that `information_schema` gives their columns. */
export interface OwnTable {
  readonly name: string
  readonly columns: Readonly<Record<string, string>>
  readonly sql: string
}

/** As in the auth server, but that ids are Better Auth's, of whatever form. */
export const OWN_TABLES: readonly OwnTable[] = [
  {
    name: 'countersign_revocations',
    columns: {
      id: 'bigint',
      at: 'timestamp with time zone',
      session_id: 'text',
      user_id: 'text',
      user_ver: 'integer',
      role: 'text',
      reason: 'text',
    },
    sql: `create table countersign_revocations (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  session_id text,
  user_id text not null,
  user_ver integer,
  role text,
  reason text not null
);

create index countersign_revocations_at on countersign_revocations (at)`,
  },
  {
    name: 'countersign_signing_keys',
    columns: {
      kid: 'text',
      algorithm: 'text',
      public_jwk: 'jsonb',
      encrypted_private_jwk: 'bytea',
      secret_version: 'integer',
      created_at: 'timestamp with time zone',
      retired_at: 'timestamp with time zone',
      activates_at: 'timestamp with time zone',
    },
    sql: `create table countersign_signing_keys (
  kid text primary key,
  algorithm text not null,
  public_jwk jsonb not null,
  encrypted_private_jwk bytea not null,
  secret_version integer not null,
  created_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz,
  activates_at timestamptz not null default clock_timestamp()
)`,
  },
]
