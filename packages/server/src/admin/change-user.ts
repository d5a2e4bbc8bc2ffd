import type { Act } from '../audit/act.js'
import { ProblemError } from '../http/problem-error.js'
import type { Services } from '../http/services.js'
import type { RevocationHub } from '../revocations/hub.js'
import type { UserChange } from '../users/user-rows.js'
import { createUsers } from '../users/users.js'

export interface UserChanges {
  readonly role?: string | undefined
  readonly banned?: boolean | undefined
  readonly banReason?: string | null | undefined
  readonly banExpiresAt?: Date | null | undefined
}

/**
 * Changes role and ban of a user, all or nothing; every API that listens hears of it at once.
 * @throws ProblemError `last_admin`, `not_found`
 */
export async function changeUser(
  {
    database,
    revocations,
  }: Pick<Services, 'database'> & { readonly revocations: Pick<RevocationHub, 'announce'> },
  userId: string,
  { role, banned, banReason, banExpiresAt }: UserChanges,
  act: Act,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const users = createUsers({ database: transaction })
    if (role !== undefined) assertDone(await users.setRole(userId, role, act))
    if (banned === true) {
      const ban = { reason: banReason ?? undefined, until: banExpiresAt ?? undefined }
      assertDone(await users.ban(userId, ban, act))
    }
    if (banned === false) assertDone(await users.unban(userId, act))
  })
  revocations.announce()
}

function assertDone(outcome: UserChange): void {
  if (outcome === 'unknown_user') throw new ProblemError('not_found')
  if (outcome === 'last_admin') throw new ProblemError('last_admin')
}
