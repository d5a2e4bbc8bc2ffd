/**
 * Whether row-level security would hold: it binds neither superusers, nor roles with BYPASSRLS, nor
 * the owner of a table (PostgreSQL, "Row Security Policies").
 * @module
 */
import { borrow, type PostgresPool, type Transaction } from './postgres-transaction.js'

export interface RowSecurityOptions {
  /** The role that `withIdentity` switches to. */
  readonly role?: string
  /** Every table whose rows belong to users: `tasks`, `app.notes`. */
  readonly tables: readonly string[]
}

const ROLE = `
select r.rolname as name, r.rolsuper or r.rolbypassrls as unbound
from pg_roles r
where r.rolname = current_user`

/** $1 names of tables. A member of the owner counts as owner. */
const TABLES = `
select t.name, c.relrowsecurity as secured, pg_has_role(current_user, c.relowner, 'usage') as owned
from unnest($1::text[]) as t(name)
left join pg_class c on c.oid = to_regclass(t.name)`

/** The roles of each pool that were looked at. */
const bound = new WeakMap<PostgresPool, Set<string>>()

/**
 * Checks at start-up that policies bind the role, on every one of the tables.
 * @throws TypeError that names the role or the table at fault; whatever the database answers
 */
export async function checkRowSecurity(
  pool: PostgresPool,
  { role, tables }: RowSecurityOptions,
): Promise<void> {
  await borrow(pool, async (tx) => {
    if (role !== undefined) await tx.query("select set_config('role', $1, true)", [role])
    await refuseUnboundRole(pool, tx, role)
    const { rows } = await tx.query<TableRow>(TABLES, [tables])
    for (const row of rows) refuseOpenTable(row)
  })
}

/**
 * Asks once for each pool and role, within a transaction that has switched to the role.
 * @throws TypeError for a superuser and a role with BYPASSRLS
 */
export async function refuseUnboundRole(
  pool: PostgresPool,
  tx: Transaction,
  role = '',
): Promise<void> {
  const known = bound.get(pool)
  if (known?.has(role)) return
  const { rows } = await tx.query<{ name: string; unbound: boolean }>(ROLE)
  const [found] = rows
  if (found?.unbound !== false) {
    const name = found?.name ?? role
    throw new TypeError(`no policy binds the role "${name}": it is a superuser or has BYPASSRLS`)
  }
  if (known) known.add(role)
  else bound.set(pool, new Set([role]))
}

interface TableRow {
  readonly name: string
  /** Null if there is no such table. */
  readonly secured: boolean | null
  readonly owned: boolean | null
}

function refuseOpenTable({ name, secured, owned }: TableRow): void {
  if (secured === null) throw new TypeError(`there is no table "${name}"`)
  if (!secured) throw new TypeError(`row-level security is not enabled on "${name}"`)
  if (owned) throw new TypeError(`the role owns "${name}", and policies do not bind an owner`)
}
