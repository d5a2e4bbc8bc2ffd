import type { Act } from '../audit/act.js'
import { insertAudit } from '../audit/audit.js'
import type { Services } from '../http/services.js'
import { createOneTimeValues } from '../one-time/one-time-values.js'
import { createUsers } from '../users/users.js'
import { findAccount } from './email-verification.js'
import { LINK_SECONDS, PURPOSES } from './purposes.js'

type Needed = Pick<Services, 'database' | 'oneTime' | 'mail' | 'revocations'>

interface ResetPayload {
  readonly email: string
}

/**
 * Sends the link that lets its reader choose a password. Of an address without an account the same
 * rows are written, and the mail is never sent.
 */
export async function sendReset(services: Needed, email: string): Promise<void> {
  const { oneTime, mail } = services
  const account = await findAccount(services, email)
  const seconds = LINK_SECONDS.resetPassword
  const owner = account ? { userId: account.id } : {}
  const token = await oneTime.issue(PURPOSES.resetPassword, {
    ...owner,
    payload: { email },
    seconds,
  })
  const url = mail.links.withToken('resetPassword', token)
  await mail.send('reset_password', account?.email ?? null, { url }, { usefulSeconds: seconds })
}

/** The address whose password a link would replace, without using the link up. */
export async function readResetLink(
  { oneTime }: Needed,
  token: string,
): Promise<string | undefined> {
  const grant = await oneTime.peek<ResetPayload>(PURPOSES.resetPassword, token)
  return grant?.userId === undefined ? undefined : grant.payload.email
}

/**
 * Replaces the password, ends every session and takes back every other link of the user: all of it
 * or nothing, for one of any number who hold the link.
 * @returns whether the link was good
 */
export async function resetPassword(
  { database, revocations }: Needed,
  { token, passwordHash }: { readonly token: string; readonly passwordHash: string },
  act: Act,
): Promise<boolean> {
  const isReset = await database.transaction(async (transaction) => {
    const users = createUsers({ database: transaction })
    const links = createOneTimeValues(transaction)
    const grant = await links.take<ResetPayload>(PURPOSES.resetPassword, token)
    if (grant?.userId === undefined) return false
    const { userId, payload } = grant
    await users.lock(userId)
    const outcome = await users.resetPassword(userId, payload.email, passwordHash, act)
    if (outcome !== 'changed') return false
    await insertAudit(transaction, { ...act, event: 'password.reset', userId })
    return true
  })
  if (isReset) revocations.announce()
  return isReset
}
