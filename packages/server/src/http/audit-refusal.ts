import type { ErrorCode } from '@countersign/core'
import type { AuditRecord } from '../audit/act.js'
import type { Audit } from '../audit/audit.js'
import { ProblemError } from './problem-error.js'
import type { Services } from './services.js'

/**
 * Does the work, and writes down if it is refused, with the code of the refusal as its reason. A
 * failure of ours, such as a database that is away, is no refusal: the log has it.
 * @throws whatever the work throws
 */
export async function auditRefusal<T>(
  { audit }: Pick<Services, 'audit'>,
  record: AuditRecord,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProblemError) await write(audit, record, error.code)
    throw error
  }
}

/** There is no end to what is refused because it was too much. */
function write(audit: Audit, record: AuditRecord, reason: ErrorCode): Promise<void> {
  const refused = { ...record, detail: { ...record.detail, reason } }
  if (reason !== 'rate_limited') return audit.record(refused)
  const { event, email, ip } = record
  return audit.recordSometimes([event, email, ip].join(' '), refused)
}
