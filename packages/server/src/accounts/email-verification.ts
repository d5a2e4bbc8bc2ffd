import { randomUUID } from 'node:crypto'
import type { Act } from '../audit/act.js'
import type { Services } from '../http/services.js'
import { CREATE_ACCOUNT, FIND_ACCOUNT, FIND_PENDING, VERIFY_EMAIL } from './account-sql.js'
import { LINK_SECONDS, PURPOSES, pendingOwner } from './purposes.js'

export interface AccountRow {
  readonly id: string
  readonly email: string
  readonly email_verified: boolean
}

/** What an account will be once its address was confirmed. */
interface PendingAccount {
  readonly email: string
  readonly name: string
  /** None if several sign-ups wait for the address: nobody knows whose password it should be. */
  readonly passwordHash?: string
}

interface PendingRow {
  readonly payload: PendingAccount
  readonly rivals: number
}

type Needed = Pick<Services, 'database' | 'oneTime' | 'mail' | 'audit'>

/** The account of an address, if there is one. */
export async function findAccount(
  { database }: Pick<Services, 'database'>,
  email: string,
): Promise<AccountRow | undefined> {
  const [row] = await database.query<AccountRow>({ text: FIND_ACCOUNT, values: [email] })
  return row
}

/** Sends the link by which the address of an account is confirmed. */
export async function sendVerification(
  services: Needed,
  account: Pick<AccountRow, 'id' | 'email'>,
): Promise<void> {
  const { oneTime } = services
  const [userId, payload] = [account.id, { email: account.email }]
  const seconds = LINK_SECONDS.verifyEmail
  const token = await oneTime.issue(PURPOSES.verifyEmail, { userId, payload, seconds })
  await mailLink(services, account.email, token)
}

/**
 * Lets a sign-up wait until its address was confirmed. Of an address that has an account, its owner
 * is told; the caller sees no difference, and the work is the same. Neither does a later login with
 * that password: it waits in both cases.
 */
export async function beginSignUp(services: Needed, pending: PendingAccount): Promise<void> {
  const { oneTime, mail } = services
  const { email, passwordHash } = pending
  const known = await findAccount(services, email)
  const purpose = known ? PURPOSES.nothing : PURPOSES.signUp
  const given = { userId: pendingOwner(email), seconds: LINK_SECONDS.verifyEmail }
  const token = await oneTime.issue(purpose, {
    ...given,
    payload: known ? { passwordHash } : pending,
  })
  if (known) await mail.send('account_exists', email, { signInUrl: mail.links.page('signIn') })
  else await mailLink(services, email, token)
}

/** Sends the link once more to an address that waits for it; does the same work for every other. */
export async function resendVerification(services: Needed, email: string): Promise<void> {
  const { oneTime, database } = services
  const account = await findAccount(services, email)
  const values = [pendingOwner(email)]
  const [waiting] = await database.query<PendingRow>({ text: FIND_PENDING, values })
  if (account && !account.email_verified) return sendVerification(services, account)
  const pending = account ? undefined : waiting
  const token = await oneTime.issue(pending ? PURPOSES.signUp : PURPOSES.nothing, {
    userId: pendingOwner(email),
    payload: pending ? payloadAgain(pending) : {},
    seconds: LINK_SECONDS.verifyEmail,
  })
  await mailLink(services, pending ? email : null, token)
}

/** @returns whether the link was good */
export async function verifyEmail(services: Needed, token: string, act: Act): Promise<boolean> {
  const { oneTime, database, audit } = services
  const pending = await oneTime.take<PendingAccount>(PURPOSES.signUp, token)
  if (pending) return createAccount(services, pending.payload, act)
  const grant = await oneTime.take<{ email: string }>(PURPOSES.verifyEmail, token)
  if (!grant) return false
  const values = [grant.userId, grant.payload.email]
  const verified = await database.query<{ id: string }>({ text: VERIFY_EMAIL, values })
  if (!verified[0]) return false
  await audit.record({ ...act, event: 'email.verified', userId: verified[0].id })
  return true
}

/** The link makes the account with the password of its own sign-up, whoever else tried. */
async function createAccount(
  { database, audit }: Needed,
  { email, name, passwordHash }: PendingAccount,
  act: Act,
): Promise<boolean> {
  const id = randomUUID()
  const values = [id, name, email, passwordHash ?? null, randomUUID(), pendingOwner(email)]
  const made = await database.query({ text: CREATE_ACCOUNT, values })
  if (made.length === 0) return false
  await audit.record({ ...act, event: 'sign_up.succeeded', userId: id })
  return true
}

/** Whoever asks for another link did not say a password: with rivals, nobody's is taken. */
function payloadAgain({ payload, rivals }: PendingRow): PendingAccount {
  const { passwordHash: _, ...nameless } = payload
  return rivals === 1 ? payload : nameless
}

function mailLink({ mail }: Needed, to: string | null, token: string): Promise<void> {
  const usefulSeconds = LINK_SECONDS.verifyEmail
  const url = mail.links.withToken('verifyEmail', token)
  return mail.send('verify_email', to, { url }, { usefulSeconds })
}
