-- What happened, for people who have to know it later. Rows are added; nothing changes one, and only
-- the purge of what is older than its retention deletes any. No foreign keys: what a user did is
-- known after the user is gone. Whatever inserts a revocation is written down by the same statement,
-- whoever wrote it. Takes an exclusive lock on the revocations for a moment.
create table countersign_audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  event text not null,
  user_id text,
  -- Who did it: a user, or "system:cli". Null where nobody is known.
  actor_id text,
  session_id text,
  client_id text,
  ip text,
  user_agent text,
  request_id text,
  detail jsonb not null default '{}'
);

create index countersign_audit_at on countersign_audit (at, id);
create index countersign_audit_event on countersign_audit (event, at, id);
create index countersign_audit_user on countersign_audit (user_id, at, id) where user_id is not null;
create index countersign_audit_actor on countersign_audit (actor_id, at, id) where actor_id is not null;
create index countersign_audit_session on countersign_audit (session_id, at, id)
where session_id is not null;

-- The purge says in its transaction that it is one, and is believed for rows of 30 days and more.
create function countersign_guard_audit() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('countersign.audit_purge', true) = 'on' then
    if old.at < clock_timestamp() - interval '30 days' then
      return old;
    end if;
  end if;
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end
$$;

create trigger countersign_guard_audit
before update or delete on countersign_audit
for each row execute function countersign_guard_audit();

create trigger countersign_guard_audit_truncate
before truncate on countersign_audit
for each statement execute function countersign_guard_audit();

-- Who revoked it, from where and why, as the statement knew it.
alter table countersign_revocations
  add column act jsonb;

create function countersign_audit_revocation() returns trigger
language plpgsql as $$
begin
  insert into countersign_audit
    (event, user_id, actor_id, session_id, client_id, ip, user_agent, request_id, detail)
  values (
    case
      when new.session_id is not null then 'session.ended'
      when new.reason = 'user_disabled' then 'user.banned'
      when new.reason = 'user_enabled' then 'user.unbanned'
      when new.reason = 'user_deleted' then 'user.deleted'
      when new.reason = 'role_changed' then 'user.role_changed'
      when new.reason = 'password_changed' then 'password.changed'
      else 'user.revoked'
    end,
    new.user_id,
    case when (new.act ->> 'bySelf')::boolean then new.user_id else new.act ->> 'actor' end,
    coalesce(new.session_id::text, new.act ->> 'session'),
    new.act ->> 'client',
    new.act ->> 'ip',
    new.act ->> 'userAgent',
    new.act ->> 'requestId',
    jsonb_strip_nulls(jsonb_build_object('reason', new.reason, 'role', new.role))
      || coalesce(new.act -> 'detail', '{}')
  );
  return null;
end
$$;

create trigger countersign_audit_revocation
after insert on countersign_revocations
for each row execute function countersign_audit_revocation();
