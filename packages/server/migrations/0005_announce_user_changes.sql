-- Whoever changes the role or the ban of a user without growing "ver", such as Better Auth or a
-- person at the database, revokes the tokens that say otherwise all the same. Sessions stay: nothing
-- refreshes one while its user is banned. The statements of Countersign grow "ver" and announce it
-- themselves. Takes a lock that lets reads go on.
create function countersign_user_changed() returns trigger
language plpgsql as $$
declare
  disabled constant boolean := new."banned" and not old."banned";
begin
  new."ver" := old."ver" + 1;
  insert into countersign_revocations (user_id, user_ver, role, reason)
  values (
    new."id",
    new."ver",
    case when not disabled then new."role" end,
    case
      when disabled then 'user_disabled'
      when new."banned" is distinct from old."banned" then 'user_enabled'
      else 'role_changed'
    end
  );
  return new;
end
$$;

create trigger countersign_user_changed
before update of "role", "banned" on "user"
for each row
when (
  new."ver" = old."ver"
  and (new."role" is distinct from old."role" or new."banned" is distinct from old."banned")
)
execute function countersign_user_changed();
