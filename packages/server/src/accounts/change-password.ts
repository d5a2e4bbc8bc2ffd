import type { Act } from '../audit/act.js'
import type { Services } from '../http/services.js'
import type { UserChange } from '../users/user-rows.js'
import { createUsers, type PasswordChange } from '../users/users.js'

/**
 * Replaces a password that was just proved. The user is locked first: who signs in with the old one
 * at that moment either is seen, and signed out, or is refused.
 */
export async function changePassword(
  { database, revocations }: Pick<Services, 'database' | 'revocations'>,
  userId: string,
  change: PasswordChange,
  act: Act,
): Promise<UserChange> {
  const outcome = await database.transaction(async (transaction) => {
    const users = createUsers({ database: transaction })
    await users.lock(userId)
    return users.changePassword(userId, change, act)
  })
  if (outcome === 'changed') revocations.announce()
  return outcome
}
