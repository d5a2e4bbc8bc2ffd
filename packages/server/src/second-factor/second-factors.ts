import type { RootSecret } from '@countersign/core'
import type { Database, Queryable } from '../database/database.js'
import { createVault } from '../keys/vault.js'
import { newRecoveryCodes, recoveryHashes } from './recovery-codes.js'
import {
  ACTIVATE,
  DISABLE,
  ENROLL,
  FIND_FACTOR,
  REPLACE_CODES,
  TAKE_CODE,
  TAKE_STEP,
} from './second-factor-sql.js'
import { newTotpSecret, totpStep, totpUri } from './totp.js'

export interface SecondFactorOptions {
  readonly database: Database
  readonly secrets: readonly RootSecret[]
  /** What an authenticator app calls us. */
  readonly issuer: string
  /** Seconds since 1970. */
  readonly now?: () => number
}

/** By what a second step was done. */
export type SecondFactorMethod = 'totp' | 'recovery_code'

interface FactorRow {
  readonly sealed_secret: Uint8Array
  readonly is_active: boolean
  readonly codes_left: number
}

const SECRET_INFO = 'countersign/second-factor/v1'
const TOTP_CODE = /^\d{6}$/

/** Codes of authenticator apps, and recovery codes, each of which works once. */
export type SecondFactors = ReturnType<typeof createSecondFactors>

export function createSecondFactors(options: SecondFactorOptions) {
  const { database, secrets, issuer, now = () => Date.now() / 1000 } = options
  const vault = createVault(secrets, SECRET_INFO)

  const find = async (userId: string): Promise<FactorRow | undefined> => {
    const [row] = await database.query<FactorRow>({ text: FIND_FACTOR, values: [userId] })
    return row
  }
  const did = async (queryable: Queryable, text: string, ...values: unknown[]) =>
    (await queryable.query({ text, values })).length === 1
  const stepOf = (userId: string, row: FactorRow, code: string): number | undefined => {
    const secret = vault.open(row.sealed_secret, userId)
    return secret === undefined ? undefined : totpStep(secret, code, now())
  }
  const replaceCodes = async (queryable: Queryable, userId: string) => {
    const codes = newRecoveryCodes()
    const hashes = codes.flatMap((code) => recoveryHashes(secrets.slice(0, 1), userId, code))
    return (await did(queryable, REPLACE_CODES, userId, hashes)) ? codes : undefined
  }

  return {
    /** Whether it is on, and how many recovery codes are left. */
    async stateOf(userId: string) {
      const row = await find(userId)
      const enabled = row?.is_active ?? false
      return { enabled, recoveryCodesLeft: enabled ? (row?.codes_left ?? 0) : 0 }
    },

    /** A secret for an app; nothing is asked for before `activate`. `undefined` if one is on. */
    async enroll(userId: string, email: string) {
      const secret = newTotpSecret()
      const isKept = await did(database, ENROLL, userId, vault.seal(secret, userId))
      return isKept ? { secret, uri: totpUri(secret, issuer, email) } : undefined
    },

    /** Turns it on with the first code. @returns the recovery codes; `undefined` for a wrong code */
    async activate(userId: string, typed: string): Promise<readonly string[] | undefined> {
      const row = await find(userId)
      const step = row && !row.is_active ? stepOf(userId, row, digitsOf(typed)) : undefined
      if (!row || step === undefined) return undefined
      return database.transaction(async (transaction) => {
        const isOn = await did(transaction, ACTIVATE, userId, step, row.sealed_secret)
        return isOn ? replaceCodes(transaction, userId) : undefined
      })
    },

    /** Takes a code, of either kind, once. @returns which kind; `undefined` if it is not right */
    async take(userId: string, typed: string): Promise<SecondFactorMethod | undefined> {
      const code = digitsOf(typed)
      if (!TOTP_CODE.test(code)) {
        const hashes = recoveryHashes(secrets, userId, typed)
        if (hashes.length === 0) return undefined
        return (await did(database, TAKE_CODE, userId, hashes)) ? 'recovery_code' : undefined
      }
      const row = await find(userId)
      const step = row?.is_active ? stepOf(userId, row, code) : undefined
      if (step === undefined) return undefined
      return (await did(database, TAKE_STEP, userId, step)) ? 'totp' : undefined
    },

    /** New recovery codes in place of all others; `undefined` where it is off. */
    replaceCodes: (userId: string) => replaceCodes(database, userId),

    /** @returns whether there was anything to turn off */
    disable: (userId: string) => did(database, DISABLE, userId),
  }
}

/** Apps show "123 456". */
function digitsOf(typed: string): string {
  return typed.replace(/\s/g, '')
}
