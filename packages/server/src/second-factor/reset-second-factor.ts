import type { Act } from '../audit/act.js'
import { insertAudit } from '../audit/audit.js'
import type { Database } from '../database/database.js'
import type { UserChange } from '../users/user-rows.js'
import { createUsers } from '../users/users.js'

/**
 * Turns the second factor of a user off who lost phone and recovery codes, with the sessions and the
 * half sign-ins that there are, all or nothing. The caller announces it and tells the user.
 * @returns `unchanged` if none is on
 */
export function resetSecondFactor(
  database: Database,
  userId: string,
  act: Act,
): Promise<UserChange> {
  return database.transaction(async (transaction) => {
    const users = createUsers({ database: transaction })
    await users.lock(userId)
    const outcome = await users.resetSecondFactor(userId, act)
    if (outcome !== 'changed') return outcome
    await insertAudit(transaction, { ...act, event: 'second_factor.reset', userId })
    return outcome
  })
}
