import { FIND_CREDENTIAL, REHASH } from '../accounts/account-sql.js'
import { ProblemError } from '../http/problem-error.js'
import type { Services } from '../http/services.js'
import { isCurrentHash } from './stored-hash.js'

/** A user whose password was right. Nothing was issued yet. */
export interface ProvenUser {
  readonly id: string
  readonly email: string
  readonly ver: number
  readonly hasSecondFactor: boolean
}

interface CredentialRow {
  readonly id: string | null
  readonly email: string
  readonly email_verified: boolean
  readonly ver: number
  readonly hash: string | null
  readonly banned: boolean
  readonly has_second_factor: boolean
  /** Of a sign-up, perhaps by a stranger, whose address was not confirmed: never a way in. */
  readonly pending_hash: string | null
}

type Needed = Pick<Services, 'database' | 'passwords' | 'options' | 'log'>

/**
 * Checks a password. The work is one statement and one hash, and one more where a sign-up waits,
 * whether the address is known or not; what is wrong with an account is told only to who knows its
 * password.
 * @throws ProblemError `invalid_credentials`, `account_locked`, `email_not_verified`
 */
export async function checkPassword(
  services: Needed,
  email: string,
  password: string,
): Promise<ProvenUser> {
  const { database, passwords, options } = services
  // In a storm of logins the database has as many of them at a time as there are hashes.
  const { row, hash, isRight } = await passwords.inTurn(async (verify) => {
    const [row] = await database.query<CredentialRow>({ text: FIND_CREDENTIAL, values: [email] })
    const hash = row?.hash ?? undefined
    return { row, hash, isRight: await verify({ hash, password }) }
  })
  if (!row || row.id === null || !isRight) throw await refusalOf(services, row, password)
  if (row.banned) throw new ProblemError('account_locked')
  if (options.signUpMode === 'verify_first' && !row.email_verified) {
    throw new ProblemError('email_not_verified')
  }
  if (hash !== undefined && !isCurrentHash(hash)) await rehash(services, row.id, hash, password)
  const { id, ver, has_second_factor: hasSecondFactor } = row
  return { id, email: row.email, ver, hasSecondFactor }
}

/** Who signed up hears that the address is to be confirmed, also where somebody has it. */
async function refusalOf({ passwords }: Needed, row: CredentialRow | undefined, password: string) {
  const hash = row?.pending_hash ?? undefined
  const isWaiting = hash !== undefined && (await passwords.verify({ hash, password }))
  return new ProblemError(isWaiting ? 'email_not_verified' : 'invalid_credentials')
}

/**
 * Stores today's kind of hash for a password that was right, unless the password was changed while we
 * computed: nothing brings an old one back. That it does not work is no reason to refuse anybody.
 */
async function rehash(
  { database, passwords, log }: Needed,
  userId: string,
  old: string,
  password: string,
): Promise<void> {
  try {
    const values = [userId, old, await passwords.hash(password)]
    await database.query({ text: REHASH, values })
  } catch {
    log.warn({ event: 'password.not_rehashed', user: userId }, 'an older hash stays for now')
  }
}
