-- Counters of rate limits that several processes share, and devices that signed in before. Indexes by
-- which administrators sort users. Building an index lets reads go on and writes wait.
create index user_created_id on "user" ("createdAt", id);
create index user_name_id on "user" (name, id);

-- As rate-limiter-flexible has it. Losing it in a crash forgives what was counted, nothing else.
create unlogged table countersign_rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);

create index countersign_rate_limits_expire on countersign_rate_limits (expire);

-- Devices are known by a random value that only they hold.
create table countersign_devices (
  user_id text not null references "user" ("id") on delete cascade,
  hash bytea not null check (octet_length(hash) = 32),
  user_agent text,
  first_seen_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  primary key (user_id, hash)
);

create index countersign_devices_last_seen_at on countersign_devices (last_seen_at);
