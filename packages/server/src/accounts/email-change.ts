import { randomUUID } from 'node:crypto'
import type { Act } from '../audit/act.js'
import { insertAudit } from '../audit/audit.js'
import type { Services } from '../http/services.js'
import { createUsers } from '../users/users.js'
import { findAccount } from './email-verification.js'
import { LINK_SECONDS, PURPOSES } from './purposes.js'

type Needed = Pick<Services, 'database' | 'oneTime' | 'mail' | 'revocations'>

interface Change {
  /** Names the wish, so that two halves of different wishes make nothing. */
  readonly change: string
  readonly oldEmail: string
  readonly newEmail: string
  /** Whether the old address has to agree: not one that nobody ever confirmed. */
  readonly needsOld: boolean
}

interface Wish {
  readonly userId: string
  readonly oldEmail: string
  readonly isVerified: boolean
  readonly newEmail: string
}

const REMEMBERED = 'email_half'
const { confirmEmail, approveEmail } = PURPOSES
const seconds = LINK_SECONDS.changeEmail

/**
 * Asks both addresses. An earlier wish is forgotten. If somebody has the new address, nobody is asked
 * there, and the answer is the same.
 */
export async function askBothAddresses(services: Needed, wish: Wish): Promise<void> {
  const { oneTime, mail } = services
  const { userId, oldEmail, newEmail, isVerified: needsOld } = wish
  await oneTime.takeAllOf(userId, [confirmEmail, approveEmail])
  const isTaken = (await findAccount(services, newEmail)) !== undefined
  const payload: Change = { change: randomUUID(), oldEmail, newEmail, needsOld }
  const link = async (purpose: string) =>
    mail.links.withToken('confirmEmail', await oneTime.issue(purpose, { userId, payload, seconds }))
  const confirm = { url: await link(confirmEmail), newEmail }
  await mail.send('confirm_new_email', isTaken ? null : newEmail, confirm)
  if (!needsOld) return
  await mail.send('approve_new_email', oldEmail, { url: await link(approveEmail), newEmail })
}

/** What following one of the two links came to. */
export type EmailChange = 'changed' | 'half' | 'invalid'

/** Takes one half; the second one changes the address. */
export async function confirmHalf(services: Needed, token: string, act: Act): Promise<EmailChange> {
  const { oneTime } = services
  const fromNew = await oneTime.take<Change>(confirmEmail, token)
  const grant = fromNew ?? (await oneTime.take<Change>(approveEmail, token))
  if (grant?.userId === undefined) return 'invalid'
  const { change, needsOld } = grant.payload
  const [own, other] = fromNew ? ['new', 'old'] : ['old', 'new']
  // Remembered before the other half is looked for: of two at the same time, one at least sees both.
  await oneTime.remember(REMEMBERED, `${change} ${own}`, seconds)
  const isWhole = !needsOld || (await oneTime.recalls(REMEMBERED, `${change} ${other}`))
  return isWhole ? apply(services, grant.userId, grant.payload, act) : 'half'
}

async function apply(
  services: Needed,
  userId: string,
  { oldEmail, newEmail, needsOld: oldAgreed }: Change,
  act: Act,
): Promise<EmailChange> {
  const { database, mail, revocations } = services
  const outcome = await database
    .transaction(async (transaction) => {
      const users = createUsers({ database: transaction })
      const changed = await users.changeEmail(userId, { oldEmail, newEmail, oldAgreed }, act)
      if (changed !== 'changed') return 'invalid'
      await insertAudit(transaction, { ...act, event: 'email.changed', userId })
      return 'changed'
    })
    .catch(refuseTaken)
  if (outcome !== 'changed') {
    // The other half, followed at the same moment, did it.
    return (await findAccount(services, newEmail))?.id === userId ? 'changed' : 'invalid'
  }
  revocations.announce()
  await mail.send('email_changed', oldEmail, { newEmail })
  return outcome
}

/** Somebody else took the address at the same moment. */
function refuseTaken(error: unknown): 'invalid' {
  if ((error as { code?: string }).code === '23505') return 'invalid'
  throw error
}
