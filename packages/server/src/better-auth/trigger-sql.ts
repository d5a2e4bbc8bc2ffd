import type { SchemaNames } from './schema-names.js'

/** A trigger and the function that it runs, which has the same name. */
export interface Trigger {
  readonly name: string
  readonly table: string
  readonly when: string
  /** Between the dollar signs, as `pg_proc.prosrc` gives it back. */
  readonly body: string
}

const REVOCATIONS = 'countersign_revocations'

/** Whether the columns of the admin plugin are there. */
export interface AdminColumns {
  readonly role: boolean
  readonly banned: boolean
}

/**
 * Announces what ends or outdates tokens in the transaction that does it, whoever does it: a plugin,
 * an ORM, or a person at the database. Hooks of Better Auth hear of the first hundred sessions of a
 * user only, after the commit, and of nothing that goes past it.
 */
export function triggers(names: SchemaNames, admin: AdminColumns): readonly Trigger[] {
  const { user, session, account } = names
  return [
    {
      name: 'countersign_announce_revocation',
      table: REVOCATIONS,
      when: 'after insert',
      body: announce,
    },
    {
      name: 'countersign_auth_session_deleted',
      table: session.table,
      when: 'after delete',
      body: sessionDeleted(session),
    },
    {
      name: 'countersign_auth_user_deleted',
      table: user.table,
      when: 'after delete',
      body: userDeleted(user),
    },
    {
      name: 'countersign_auth_user_changed',
      table: user.table,
      when: 'before update',
      body: userChanged(user, admin),
    },
    {
      name: 'countersign_auth_password_changed',
      table: account.table,
      when: 'after update',
      body: passwordChanged(names),
    },
  ]
}

/** A table or column as SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

const announce = `
begin
  perform pg_notify('${REVOCATIONS}', '');
  return null;
end
`

/** No access token outlives its session by a day: clearing away old sessions announces nothing. */
const sessionDeleted = ({ userId, expiresAt }: SchemaNames['session']): string => `
begin
  if old.${quoted(expiresAt)} > now() - interval '1 day' then
    insert into ${REVOCATIONS} (session_id, user_id, reason)
    values (old."id"::text, old.${quoted(userId)}::text, 'revoked');
  end if;
  return null;
end
`

const userDeleted = ({ ver }: SchemaNames['user']): string => `
begin
  insert into ${REVOCATIONS} (user_id, user_ver, reason)
  values (old."id"::text, coalesce(old.${quoted(ver)}, 1) + 1, 'user_deleted');
  return null;
end
`

function userChanged(user: SchemaNames['user'], admin: AdminColumns): string {
  const ver = quoted(user.ver)
  const role = (row: string) => (admin.role ? `${row}.${quoted(user.role)}::text` : `'user'`)
  const banned = (row: string) =>
    admin.banned ? `coalesce(${row}.${quoted(user.banned)}, false)` : 'false'
  return `
declare
  disabled constant boolean := ${banned('new')} and not ${banned('old')};
  enabled constant boolean := ${banned('old')} and not ${banned('new')};
begin
  if not disabled and not enabled and ${role('new')} is not distinct from ${role('old')} then
    return new;
  end if;
  new.${ver} := greatest(coalesce(new.${ver}, 1), coalesce(old.${ver}, 1) + 1);
  insert into ${REVOCATIONS} (user_id, user_ver, role, reason)
  values (
    new."id"::text,
    new.${ver},
    case when not disabled then coalesce(${role('new')}, 'user') end,
    case when disabled then 'user_disabled' when enabled then 'user_enabled' else 'role_changed' end
  );
  return new;
end
`
}

function passwordChanged({ user, account }: SchemaNames): string {
  const [ver, password] = [quoted(user.ver), quoted(account.password)]
  return `
declare
  grown integer;
begin
  if old.${password} is null or new.${password} is not distinct from old.${password} then
    return null;
  end if;
  update ${quoted(user.table)}
  set ${ver} = coalesce(${ver}, 1) + 1
  where "id" = new.${quoted(account.userId)}
  returning ${ver} into grown;
  insert into ${REVOCATIONS} (user_id, user_ver, reason)
  values (new.${quoted(account.userId)}::text, grown, 'password_changed');
  return null;
end
`
}
