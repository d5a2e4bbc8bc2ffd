import { randomUUID } from 'node:crypto'
import type { AssertedPerson } from '@countersign/core'
import type { Database, Queryable } from '../database/database.js'
import { FIND_VER, LIST_ACCOUNTS, LOCK_ACCOUNT, LOCK_USER, SIGN_IN, UNLINK } from './social-sql.js'

/** A person as a provider described them, with an address in our spelling. */
export type SocialPerson = AssertedPerson

/** Why nobody can be signed in with an account at a provider. */
export type SocialRefusal = 'unverified_there' | 'unverified_here'

export type SocialOutcome =
  | { readonly outcome: 'known' | 'made' | 'linked'; readonly userId: string }
  | { readonly outcome: SocialRefusal }

export interface AccountRow {
  readonly id: string
  readonly provider: string
  readonly created_at: Date
}

export interface Unlinking {
  readonly outcome: 'unlinked' | 'last' | 'unknown'
  readonly provider: string | null
}

interface Row {
  readonly outcome: 'known' | 'made' | 'linked' | SocialRefusal | 'again'
  readonly user_id: string | null
}

/** What Better Auth calls the account that is a password. No provider may have that name. */
export const PASSWORD_PROVIDER = 'credential'

/** Somebody else who takes the address at that moment makes us look again; nobody does so for long. */
const MOST_LOOKS = 3

/** Accounts at providers, and whose they are. */
export type SocialAccounts = ReturnType<typeof createSocialAccounts>

export function createSocialAccounts(database: Database) {
  return {
    /** Finds or makes the user of an account at a provider. No token of the provider is kept. */
    signIn: (person: SocialPerson): Promise<SocialOutcome> =>
      database.transaction(async (transaction) => {
        const { provider, accountId } = person
        await transaction.query({ text: LOCK_ACCOUNT, values: [provider, accountId] })
        for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
          const found = await lookFor(person, transaction)
          if (found) return found
        }
        throw new Error('the address changes hands all the time')
      }),

    /** What grows with each change of the user, unless they may not sign in. */
    async verOf(userId: string): Promise<number | undefined> {
      const [row] = await database.query<{ ver: number }>({ text: FIND_VER, values: [userId] })
      return row?.ver
    },

    /** The ways in which a user signs in, the oldest first; a password is one of them. */
    list: (userId: string) => database.query<AccountRow>({ text: LIST_ACCOUNTS, values: [userId] }),

    /** Forgets an account at a provider, unless it is the last way in. */
    unlink: (userId: string, id: string): Promise<Unlinking> =>
      database.transaction(async (transaction) => {
        await transaction.query({ text: LOCK_USER, values: [userId] })
        const [row] = await transaction.query<Unlinking>({ text: UNLINK, values: [userId, id] })
        return row ?? { outcome: 'unknown', provider: null }
      }),
  }
}

async function lookFor(
  person: SocialPerson,
  transaction: Queryable,
): Promise<SocialOutcome | undefined> {
  const { provider, accountId, email, emailVerified, name = '', image = null } = person
  const values = [provider, accountId, email, emailVerified, name, image]
  const [row] = await transaction.query<Row>({
    text: SIGN_IN,
    values: [...values, randomUUID(), randomUUID()],
  })
  if (!row || row.outcome === 'again') return undefined
  const { outcome, user_id: userId } = row
  if (outcome === 'unverified_there' || outcome === 'unverified_here') return { outcome }
  if (userId === null) throw new Error('an account without a user')
  return { outcome, userId }
}
