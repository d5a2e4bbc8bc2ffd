-- What accounts need beyond a password: values that open something once, mail that waits to be sent,
-- second factors. Whatever opens something rests as a hash or encrypted under a key derived from the
-- root secret. Takes no lock on existing data.
create table countersign_one_time_values (
  hash bytea primary key check (octet_length(hash) = 32),
  purpose text not null,
  user_id text,
  payload jsonb not null,
  -- How often somebody tried what the value allows, such as codes of a second factor.
  tries integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

create index countersign_one_time_values_user_id on countersign_one_time_values (user_id)
where user_id is not null;
create index countersign_one_time_values_expires_at on countersign_one_time_values (expires_at);

-- A queue: whoever sends a mail takes it by moving "due_at", and deletes it once it was sent.
create table countersign_mail (
  id bigint generated always as identity primary key,
  template text not null,
  sealed bytea not null,
  attempts integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  due_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

create index countersign_mail_due_at on countersign_mail (due_at);

create table countersign_second_factors (
  user_id text primary key references "user" ("id") on delete cascade,
  sealed_secret bytea not null,
  -- Null until the user proved to have it: nothing is asked for before.
  activated_at timestamptz,
  -- Time step of the last code that was taken; no code at or before it is taken again (RFC 6238 s5.2).
  last_step bigint not null default 0,
  created_at timestamptz not null default clock_timestamp()
);

create table countersign_recovery_codes (
  hash bytea primary key check (octet_length(hash) = 32),
  user_id text not null references "user" ("id") on delete cascade,
  created_at timestamptz not null default clock_timestamp()
);

create index countersign_recovery_codes_user_id on countersign_recovery_codes (user_id);
