-- Private keys rest encrypted under a key derived from the root secret. Takes no lock on existing data.
create table countersign_signing_keys (
  kid text primary key,
  algorithm text not null,
  public_jwk jsonb not null,
  encrypted_private_jwk bytea not null,
  secret_version integer not null,
  created_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);
