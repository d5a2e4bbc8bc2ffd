/**
 * PostgreSQL holds users apart: row-level security for the identity of a request.
 *
 * ```sql
 * alter table tasks enable row level security;
 * create policy own_tasks on tasks to api_user
 *   using (user_id = nullif(current_setting('countersign.user_id', true), ''))
 * ```
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { DATABASE_SETTINGS, type Identity, invalidToken } from '@countersign/core'
import { borrow, type PostgresPool, type Transaction } from './postgres-transaction.js'
import { refuseUnboundRole } from './row-security.js'

export * from './owner.js'
export type { PostgresPool, Transaction } from './postgres-transaction.js'
export { checkRowSecurity, type RowSecurityOptions } from './row-security.js'

export interface WithIdentityOptions {
  /**
   * The role that the policies bind, for this transaction; the login role must be a member of it.
   * Without one the login role itself must be bound: no superuser, no BYPASSRLS, not the owner.
   */
  readonly role?: string
}

/** Who a transaction speaks for. */
export type TransactionIdentity = Pick<Identity, 'userId' | 'role' | 'sessionId'>

/** Pools with a transaction under way in this chain of calls. */
const under = new AsyncLocalStorage<Set<PostgresPool>>()

/**
 * Runs `work` in a transaction that speaks for an identity: policies read its user id, role and
 * session id from `countersign.user_id`, `countersign.role` and `countersign.session_id`.
 * Commits what `work` did, or nothing of it. Role and settings end with the transaction, and so does
 * `tx`: a connection goes back to its pool as it came.
 *
 * ```ts
 * const rows = await withIdentity(pool, identity, (tx) => tx.query('select * from tasks'), { role: 'api_user' })
 * ```
 * Takes a `pg.Pool` or a PGlite.
 * @throws TypeError for a role that no policy would bind, and for a call within `work`: it would wait
 * for a connection that its caller holds; TokenError `invalid_token` for an identity that PostgreSQL
 * cannot store; whatever `work` throws
 */
export async function withIdentity<T>(
  pool: PostgresPool,
  identity: TransactionIdentity,
  work: (tx: Transaction) => Promise<T>,
  { role }: WithIdentityOptions = {},
): Promise<T> {
  const above = under.getStore()
  if (above?.has(pool)) throw new TypeError('withIdentity within withIdentity: use its "tx"')
  const values = settingsOf(identity)
  const here = new Set([...(above ?? []), pool])
  try {
    return await under.run(here, () =>
      borrow(pool, async (tx) => {
        await speakFor(tx, values, role)
        await refuseUnboundRole(pool, tx, role)
        return work(tx)
      }),
    )
  } finally {
    here.delete(pool)
  }
}

/** One statement, in parameters: neither a role nor an id is ever part of the SQL. */
async function speakFor(tx: Transaction, values: readonly string[], role?: string): Promise<void> {
  const names = Object.values(DATABASE_SETTINGS)
  const pairs = names.map((name, index) => [name, values[index] ?? ''] as const)
  const all = role === undefined ? pairs : [...pairs, ['role', role] as const]
  const calls = all.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, true)`)
  await tx.query(`select ${calls.join(', ')}`, all.flat())
}

function settingsOf({ userId, role, sessionId }: TransactionIdentity): readonly string[] {
  const values = [userId, role, sessionId]
  if (values.every(isStorable) && userId !== '') return values
  throw invalidToken('sub', 'the identity cannot be a text of PostgreSQL')
}

/** No NUL, and no half of a surrogate pair: both would be refused or become another text. */
function isStorable(text: unknown): boolean {
  return typeof text === 'string' && !/[\0\p{Surrogate}]/u.test(text)
}
