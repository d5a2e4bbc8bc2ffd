-- When a key begins to sign. It is published before that, and a while after a newer one began.
-- "retired_at" is when a key was withdrawn by hand; most keys leave by the clock alone.
-- Adding the column rewrites a table of a few rows under an exclusive lock.
alter table countersign_signing_keys
  add column activates_at timestamptz not null default clock_timestamp();

update countersign_signing_keys set activates_at = created_at;
