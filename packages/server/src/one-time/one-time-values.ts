import { createHash, randomBytes } from 'node:crypto'
import type { Queryable } from '../database/database.js'
import { ISSUE, PEEK, PURGE, REMEMBER, TAKE, TAKE_ALL, TRY } from './one-time-sql.js'

/** What a value opens, said by whoever issues it. */
export interface OneTimeGrant<Payload extends object = object> {
  readonly userId: string | undefined
  readonly payload: Payload
}

export interface NewOneTimeValue {
  /** Whose value it is, so that it can be taken back with all others of the user. */
  readonly userId?: string
  /** Kept with the value, as JSON. No secret: it rests in clear. */
  readonly payload?: object
  /** How long the value lives. */
  readonly seconds: number
}

interface Row {
  readonly user_id: string | null
  readonly payload: object
}

const VALUE_BYTES = 32

/**
 * Values that open something once: links in mails, codes of a sign-in, challenges of a second
 * factor. Only their hashes are stored, and one statement decides who is first.
 */
export type OneTimeValues = ReturnType<typeof createOneTimeValues>

export function createOneTimeValues(database: Pick<Queryable, 'query'>) {
  const find = async <Payload extends object>(
    text: string,
    values: readonly unknown[],
  ): Promise<OneTimeGrant<Payload> | undefined> => {
    const [row] = await database.query<Row>({ text, values })
    return row && { userId: row.user_id ?? undefined, payload: row.payload as Payload }
  }

  return {
    /** Makes a value of 256 random bits, in base64url, which nobody can read again. */
    async issue(purpose: string, given: NewOneTimeValue): Promise<string> {
      const { userId = null, payload = {}, seconds } = given
      const value = randomBytes(VALUE_BYTES).toString('base64url')
      const values = [hashOf(purpose, value), purpose, userId, JSON.stringify(payload), seconds]
      await database.query({ text: ISSUE, values })
      return value
    },

    /** What the value opens, for the first who takes it; `undefined` for all others and once expired. */
    take: <Payload extends object = object>(purpose: string, value: string) =>
      find<Payload>(TAKE, [hashOf(purpose, value), purpose]),

    /** What the value would open, without taking it: for what must be right before it is taken. */
    peek: <Payload extends object = object>(purpose: string, value: string) =>
      find<Payload>(PEEK, [hashOf(purpose, value), purpose]),

    /** Whether a value was remembered, and is still. */
    recalls: async (purpose: string, value: string): Promise<boolean> =>
      (await find(PEEK, [hashOf(purpose, value), purpose])) !== undefined,

    /** Counts a try and leaves the value there. `undefined` also once `most` tries were made. */
    attempt: <Payload extends object = object>(purpose: string, value: string, most: number) =>
      find<Payload>(TRY, [hashOf(purpose, value), purpose, most]),

    /** Takes back whatever a user could still use for these purposes. */
    async takeAllOf(userId: string, purposes: readonly string[]): Promise<void> {
      await database.query({ text: TAKE_ALL, values: [userId, purposes] })
    },

    /**
     * True for the first who names a value, false until it is forgotten after `seconds`, as long as
     * which the value itself must not be valid: so another program's value is used once.
     */
    async remember(purpose: string, value: string, seconds: number): Promise<boolean> {
      const values = [hashOf(purpose, value), purpose, seconds]
      return (await database.query({ text: REMEMBER, values })).length === 1
    },

    /** Deletes what has expired. */
    async purge(): Promise<void> {
      await database.query({ text: PURGE })
    },
  }
}

/** The purpose is part of it: nobody can use up a value by naming it for something else. */
function hashOf(purpose: string, value: string): Buffer {
  return createHash('sha256').update(`${purpose}\0${value}`).digest()
}
