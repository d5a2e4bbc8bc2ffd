import { sendReset } from '../accounts/password-reset.js'
import type { Act } from '../audit/act.js'
import { insertAudit } from '../audit/audit.js'
import { ProblemError } from '../http/problem-error.js'
import type { Services } from '../http/services.js'
import { createUsers } from '../users/users.js'
import { findUser } from './user-detail.js'

/**
 * Takes the password of a user away, ends all sessions and mails the link to make another.
 * @throws ProblemError `not_found`, and `invalid_request` where nobody could get in again
 */
export async function forceReset(services: Services, userId: string, act: Act): Promise<void> {
  const { database, mail, revocations } = services
  if (!mail.isConfigured) {
    throw new ProblemError('invalid_request', { detail: 'there is no mail server for the link' })
  }
  const email = await database.transaction(async (transaction) => {
    const user = await findUser(transaction, userId)
    if (!user) throw new ProblemError('not_found')
    const users = createUsers({ database: transaction })
    await users.lock(userId)
    const outcome = await users.forgetPassword(userId, { ...act, detail: { forced: true } })
    if (outcome !== 'changed') {
      throw new ProblemError('invalid_request', { detail: 'the user has no password' })
    }
    await insertAudit(transaction, { ...act, event: 'password.reset_forced', userId })
    return user.email
  })
  revocations.announce()
  await sendReset(services, email)
}
