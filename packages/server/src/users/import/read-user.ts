import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { assessHash } from '../../identity/stored-hash.js'
import { COLUMNS, type Field } from './fields.js'

/** A user as the import writes them. */
export interface ImportedUser {
  readonly line: number
  readonly id: string
  /** Whether the file gave the id. */
  readonly keepsId: boolean
  readonly email: string
  readonly name: string
  readonly image: string | null
  readonly role: string
  readonly emailVerified: boolean
  /** ISO 8601; null for now. */
  readonly createdAt: string | null
  readonly hash: string | null
}

/** Why a row is not imported. Stable, for scripts that read the report. */
export type RefusalCode =
  | 'malformed_row'
  | 'invalid_id'
  | 'invalid_email'
  | 'invalid_name'
  | 'invalid_role'
  | 'invalid_instant'
  | 'invalid_flag'
  | 'hash_unknown'
  | 'hash_too_costly'
  | 'duplicate'
  | 'id_taken'
  | 'email_taken'

export interface RefusedRow {
  readonly line: number
  readonly code: RefusalCode
  readonly reason: string
}

const address = z.string().max(254).trim().pipe(z.email())
const ID = /^[\x21-\x7e]{1,128}$/
const ROLE = /^[\x21-\x2b\x2d-\x7e]{1,64}$/
/** Django writes it for people who have no password. */
const NO_PASSWORD = /^!/

class Refused extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode, reason: string) {
    super(reason)
    this.code = code
  }
}

/** Reads users out of rows. `columns` names the column of a field where it is none of the usual. */
export function userReader(columns: Partial<Record<Field, string>> = {}) {
  const names = (field: Field) => (columns[field] ? [columns[field]] : COLUMNS[field])
  return (line: number, values: Readonly<Record<string, unknown>>): ImportedUser | RefusedRow => {
    const text = (field: Field) => textOf(names(field).map((name) => values[name]))
    try {
      const id = readId(text('id'))
      return {
        line,
        id: id ?? randomBytes(16).toString('hex'),
        keepsId: id !== undefined,
        email: readEmail(text('email')),
        name: readName(text('name')),
        image: text('image')?.slice(0, 2048) ?? null,
        role: readRole(text('role')),
        emailVerified: readFlag(text('emailVerified')),
        createdAt: readInstant(text('createdAt')),
        hash: readHash(text('hash')),
      }
    } catch (error) {
      if (error instanceof Refused) return { line, code: error.code, reason: error.message }
      throw error
    }
  }
}

export function isRefused(row: ImportedUser | RefusedRow): row is RefusedRow {
  return 'reason' in row
}

/** The first that says anything. Numbers and booleans of JSON count as they are written. */
function textOf(values: readonly unknown[]): string | undefined {
  const value = values.find((one) => one !== undefined && one !== null && one !== '')
  if (typeof value === 'object') throw new Refused('malformed_row', 'a field is not a single value')
  return value === undefined ? undefined : String(value).trim()
}

function readId(text: string | undefined): string | undefined {
  if (text === undefined || ID.test(text)) return text
  throw new Refused('invalid_id', 'an id is 1 to 128 printable characters without spaces')
}

function readEmail(text = ''): string {
  const { success, data } = address.safeParse(text)
  if (success) return data.toLowerCase()
  throw new Refused('invalid_email', text ? 'the address is none' : 'there is no address')
}

function readName(text = ''): string {
  if (text.length <= 200 && !/\p{Cc}|\p{Cs}/u.test(text)) return text
  throw new Refused('invalid_name', 'a name has at most 200 characters, and no control characters')
}

function readRole(text = 'user'): string {
  if (ROLE.test(text)) return text
  throw new Refused(
    'invalid_role',
    'a role is 1 to 64 printable characters without spaces and commas',
  )
}

function readFlag(text = 'false'): boolean {
  if (/^(true|t|yes|y|1)$/i.test(text)) return true
  if (/^(false|f|no|n|0)$/i.test(text)) return false
  throw new Refused('invalid_flag', 'whether the address is verified is true or false')
}

/** ISO 8601, or seconds or milliseconds since 1970. */
function readInstant(text: string | undefined): string | null {
  if (text === undefined) return null
  const number = Number(text)
  const instant = new Date(Number.isNaN(number) ? text : number * (number < 1e11 ? 1000 : 1))
  const year = instant.getUTCFullYear()
  if (year >= 1970 && year <= 9999) return instant.toISOString()
  throw new Refused('invalid_instant', 'an instant looks like 2024-01-31T12:00:00Z')
}

function readHash(text: string | undefined): string | null {
  if (text === undefined || NO_PASSWORD.test(text)) return null
  const found = assessHash(text)
  if (found === 'accepted') return text
  const code = found === 'unknown' ? 'hash_unknown' : 'hash_too_costly'
  const reason =
    found === 'unknown'
      ? 'the password hash is of no kind that is known, or no hash at all'
      : 'checking the password hash would take too long or too much memory'
  throw new Refused(code, reason)
}
