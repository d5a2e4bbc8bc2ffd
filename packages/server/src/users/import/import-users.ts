import { randomBytes } from 'node:crypto'
import type { Database } from '../../database/database.js'
import type { Field } from './fields.js'
import { IMPORT, NOW, REHEARSE } from './import-sql.js'
import { assertUtf8 } from './read-text.js'
import { type ImportedUser, isRefused, type RefusedRow, userReader } from './read-user.js'
import { type RawRecord, readCsv, readJsonLines } from './records.js'

/** Enough that a round trip counts little, and little enough to be all of what is in memory. */
const BATCH = 1000

export interface ImportOptions {
  readonly database: Database
  readonly file: string
  readonly format: 'csv' | 'jsonl'
  /** Columns of fields that have another name than usual. */
  readonly columns?: Partial<Record<Field, string>>
  /** Only tells what would happen. */
  readonly dryRun?: boolean
  /** Told of each row that is not imported, and not there already. */
  readonly onRefused?: (row: RefusedRow) => void
  /** Told after each batch. */
  readonly onProgress?: (progress: ImportProgress) => void
}

export interface ImportCounts {
  readonly imported: number
  /** There already, by an import that was interrupted or otherwise; left alone. */
  readonly unchanged: number
  readonly refused: number
}

export interface ImportProgress extends ImportCounts {
  /** How far the file was read, in bytes. */
  readonly bytes: number
}

type Outcome = 'imported' | 'unchanged' | 'duplicate' | 'email_taken' | 'id_taken'

const REASONS = {
  duplicate:
    'the file has this address or id more than once, or somebody signed up with it meanwhile',
  email_taken: 'the address belongs to a user with another id',
  id_taken: 'the id belongs to a user with another address',
} as const satisfies Partial<Record<Outcome, string>>

/**
 * Imports users with their ids and password hashes, a batch at a time. What was imported before is
 * left alone, so that an import that was interrupted is simply started again.
 * @throws Error for a file that is not UTF-8, before anything is written, or that is not readable
 */
export async function importUsers(options: ImportOptions): Promise<ImportCounts> {
  const { database, file, format, columns, onProgress = () => {}, onRefused = () => {} } = options
  await assertUtf8(file)
  const [clock] = await database.query<{ now: string }>({ text: NOW })
  const read = userReader(columns)
  const counts = { imported: 0, unchanged: 0, refused: 0 }
  const refuse = (row: RefusedRow) => {
    counts.refused += 1
    onRefused(row)
  }
  const write = async (batch: readonly ImportedUser[]) => {
    for (const { line, outcome } of await store(options, batch, clock?.now ?? '')) {
      if (outcome === 'imported' || outcome === 'unchanged') counts[outcome] += 1
      else refuse({ line, code: outcome, reason: REASONS[outcome] })
    }
  }
  const records = format === 'csv' ? readCsv(file) : readJsonLines(file)
  for await (const batch of batches(records)) {
    const rows = batch.map((record) => userOf(record, read))
    for (const row of rows.filter(isRefused)) refuse(row)
    const users = rows.filter((row): row is ImportedUser => !isRefused(row))
    if (users.length > 0) await write(users)
    onProgress({ ...counts, bytes: batch.at(-1)?.bytes ?? 0 })
  }
  return counts
}

function userOf(
  { line, values, fault = '' }: RawRecord,
  read: ReturnType<typeof userReader>,
): ImportedUser | RefusedRow {
  return values ? read(line, values) : { line, code: 'malformed_row', reason: fault }
}

async function store(
  { database, dryRun }: ImportOptions,
  users: readonly ImportedUser[],
  began: string,
): Promise<readonly { line: number; outcome: Outcome }[]> {
  const { first, again } = withoutTwins(users)
  const rows = first.map((user) => ({ ...user, accountId: randomBytes(16).toString('hex') }))
  const values = [JSON.stringify(rows), began]
  const text = dryRun ? REHEARSE : IMPORT
  const stored = await database.query<{ line: number; outcome: Outcome }>({ text, values })
  return [...stored, ...again.map(({ line }) => ({ line, outcome: 'duplicate' as const }))]
}

/** Within a batch the statement could not tell them apart. */
function withoutTwins(users: readonly ImportedUser[]) {
  const seen = new Set<string>()
  const first: ImportedUser[] = []
  const again: ImportedUser[] = []
  for (const user of users) {
    const marks = [`id ${user.id}`, `email ${user.email}`]
    if (marks.some((mark) => seen.has(mark))) again.push(user)
    else first.push(user)
    for (const mark of marks) seen.add(mark)
  }
  return { first, again }
}

async function* batches(records: AsyncIterable<RawRecord>): AsyncGenerator<RawRecord[]> {
  let batch: RawRecord[] = []
  for await (const record of records) {
    batch.push(record)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
