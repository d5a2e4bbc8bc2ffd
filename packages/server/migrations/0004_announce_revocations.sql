-- What a change of role announces, and a wake-up for every process that listens. A trigger for each
-- row: the statement of a refresh contains an insert here that nearly always inserts nothing.
-- Adding a column without a default takes an exclusive lock for a moment; creating the trigger takes
-- one that lets reads go on.
alter table countersign_revocations
  add column role text;

create function countersign_announce_revocation() returns trigger
language plpgsql as $$
begin
  perform pg_notify('countersign_revocations', '');
  return null;
end
$$;

create trigger countersign_announce_revocation
after insert on countersign_revocations
for each row execute function countersign_announce_revocation();
