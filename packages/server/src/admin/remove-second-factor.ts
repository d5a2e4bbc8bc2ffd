import type { Act } from '../audit/act.js'
import { ProblemError } from '../http/problem-error.js'
import type { Services } from '../http/services.js'
import { resetSecondFactor } from '../second-factor/reset-second-factor.js'
import { findUser } from './user-detail.js'

/**
 * Turns the second factor of a user off, and tells the user.
 * @throws ProblemError `not_found` without such a user, or where none is on
 */
export async function removeSecondFactor(
  { database, mail, revocations }: Services,
  userId: string,
  act: Act,
): Promise<void> {
  const user = await findUser(database, userId)
  const outcome = user && (await resetSecondFactor(database, userId, act))
  if (outcome !== 'changed') throw new ProblemError('not_found')
  revocations.announce()
  await mail.send('second_factor_reset', user?.email ?? null, {})
}
