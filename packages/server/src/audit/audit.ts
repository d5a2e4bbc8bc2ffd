import { createHmac } from 'node:crypto'
import { deriveKey, type RootSecret } from '@countersign/core'
import type { Logger } from 'pino'
import type { Database, Queryable } from '../database/database.js'
import { describeError } from '../http/answer-error.js'
import { type AuditRecord, cleanDetail } from './act.js'
import { ALLOW_PURGE, PURGE_AUDIT, RECORD } from './audit-sql.js'
import { createSampler } from './sampler.js'

const ADDRESS_INFO = 'countersign/audit-address/v1'
const SOMETIMES_SECONDS = 60

export interface AuditOptions {
  readonly database: Database
  readonly secrets: readonly RootSecret[]
  /** Days for which a row is kept: 30 and more. */
  readonly retentionDays: number
  readonly log: Logger
}

/** The audit log (`spec/protocol.md`, "Audit"). */
export type Audit = ReturnType<typeof createAudit>

export function createAudit({ database, secrets, retentionDays, log }: AuditOptions) {
  const [newest] = secrets
  if (!newest) throw new TypeError('at least one root secret is needed')
  const key = deriveKey(newest, ADDRESS_INFO)
  const isDue = createSampler(SOMETIMES_SECONDS)

  const record = async (entry: AuditRecord): Promise<void> => {
    try {
      await insertAudit(database, entry, key)
    } catch (error) {
      const { email: _email, ...lost } = entry
      log.error({ audit: lost, error: describeError(error) }, 'an audit event was not written')
    }
  }

  return {
    /**
     * Writes down what changed nothing, such as a refusal. It never rejects: an answer that is right
     * does not become wrong because nobody could write it down. The log gets at level `error` what
     * the table did not. What changes something is written by the statement that changes it.
     */
    record,

    /** The same, once a minute for each key: for what anybody can make happen without end. */
    recordSometimes: async (about: string, entry: AuditRecord): Promise<void> => {
      if (isDue(about)) await record(entry)
    },

    /** Deletes what was kept for long enough; gives how much that was. */
    async purge(): Promise<number> {
      let purged = 0
      for (;;) {
        const deleted = await purgeSome(database, retentionDays)
        purged += deleted
        if (deleted === 0) return purged
      }
    },
  }
}

/** Writes a row with whatever else a transaction does, and fails with it. */
export async function insertAudit(
  queryable: Queryable,
  record: AuditRecord,
  key?: Buffer,
): Promise<void> {
  const { email } = record
  await queryable.query({
    text: RECORD,
    values: [
      record.event,
      record.userId ?? null,
      record.actorId ?? null,
      record.sessionId ?? null,
      record.clientId ?? null,
      record.ip ?? null,
      record.userAgent ?? null,
      record.requestId ?? null,
      JSON.stringify(cleanDetail(record.detail)),
      email ?? null,
      email === undefined || !key ? null : hashAddress(email, key),
    ],
  })
}

/** Tells two unknown addresses apart, and nobody who reads it what they were. */
function hashAddress(email: string, key: Buffer): string {
  return createHmac('sha256', key).update(email).digest('base64url').slice(0, 22)
}

function purgeSome(database: Database, days: number): Promise<number> {
  return database.transaction(async (transaction) => {
    await transaction.query({ text: ALLOW_PURGE })
    const deleted = await transaction.query({ text: PURGE_AUDIT, values: [days] })
    return deleted.length
  })
}
