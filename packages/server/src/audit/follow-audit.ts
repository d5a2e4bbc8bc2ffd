import type { Database } from '../database/database.js'
import { auditLine } from './audit-rows.js'
import { type AuditQuery, readAudit } from './read-audit.js'

const PAGE = 500
const LOOK_EVERY_MS = 1_000
/** Lines become visible in the order of commits: how far a look goes back. */
const LOOK_BACK_MS = 30_000

export type AuditFilter = Omit<AuditQuery, 'cursor' | 'limit' | 'oldestFirst'>

/** Every line that a filter lets through, the oldest first, as many at a time as fit. */
export async function* exportAudit(database: Database, filter: AuditFilter) {
  let cursor: string | undefined
  do {
    const { rows, next } = await readAudit(database, {
      ...filter,
      cursor,
      limit: PAGE,
      oldestFirst: true,
    })
    yield* rows.map(auditLine)
    cursor = next ?? undefined
  } while (cursor !== undefined)
}

/** Lines that are written after those which were told, until the signal. */
export async function* followAudit(
  database: Database,
  filter: AuditFilter,
  signal: AbortSignal,
  told: ReadonlySet<string>,
) {
  let seen = told
  while (!signal.aborted) {
    const from = new Date(Date.now() - LOOK_BACK_MS)
    const now = new Set<string>()
    for await (const line of exportAudit(database, { ...filter, from })) {
      if (!seen.has(line.id)) yield line
      now.add(line.id)
    }
    seen = now
    await pause(LOOK_EVERY_MS, signal)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
