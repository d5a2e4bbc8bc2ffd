import { once } from 'node:events'
import { type AuditLine, auditLine } from '../audit/audit-rows.js'
import { AUDIT_EVENTS, type AuditEvent } from '../audit/events.js'
import { type AuditFilter, exportAudit, followAudit } from '../audit/follow-audit.js'
import { CSV_HEADER, csvLine, readableLine } from '../audit/formats.js'
import { readAudit } from '../audit/read-audit.js'
import type { Database } from '../database/database.js'
import type { Environment } from '../environment.js'
import type { AuditFlags } from './audit-command.js'
import { withDatabase } from './with-database.js'

const SHOWN = 50
const MOST = 100_000

/** @throws TypeError for a flag that makes no sense */
export async function printAudit(env: Environment, flags: AuditFlags): Promise<void> {
  if (flags.json && flags.csv) throw new TypeError('--json and --csv do not go together')
  const filter = filterOf(flags)
  const write = writer(flags)
  const interrupted = new AbortController()
  const stop = () => interrupted.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  process.stdout.once('error', stop)
  await withDatabase(env, async (database) => {
    // What is older than a look back, or was told here, is not told again.
    const told = flags.follow ? await recentIds(database) : new Set<string>()
    if (flags.csv) await emit(CSV_HEADER)
    for await (const line of linesOf(database, filter, flags)) {
      told.add(line.id)
      await emit(write(line))
    }
    if (!flags.follow) return
    const news = followAudit(database, filter, interrupted.signal, told)
    for await (const line of news) await emit(write(line))
  })
}

/** Lines so young that a look back would tell them, which the filter or the limit kept out. */
async function recentIds(database: Database): Promise<Set<string>> {
  const { rows } = await readAudit(database, { limit: MOST, from: new Date(Date.now() - 60_000) })
  return new Set(rows.map(({ id }) => id))
}

async function* linesOf(database: Database, filter: AuditFilter, flags: AuditFlags) {
  const limit = limitOf(flags)
  if (limit === undefined) {
    yield* exportAudit(database, filter)
    return
  }
  const { rows } = await readAudit(database, { ...filter, limit })
  yield* [...rows].reverse().map(auditLine)
}

function limitOf({ limit, json, csv }: AuditFlags): number | undefined {
  if (limit === undefined) return json || csv ? undefined : SHOWN
  const number = Number(limit)
  if (!Number.isInteger(number) || number < 1 || number > MOST) {
    throw new TypeError(`--limit must be 1 to ${MOST}`)
  }
  return number
}

function writer({ json, csv }: AuditFlags): (line: AuditLine) => string {
  if (csv) return csvLine
  return json ? (line) => JSON.stringify(line) : readableLine
}

function filterOf({ event, user, actor, session, from, to }: AuditFlags): AuditFilter {
  if (event !== undefined && !AUDIT_EVENTS.includes(event as AuditEvent)) {
    throw new TypeError(`--event must be one of ${AUDIT_EVENTS.join(', ')}`)
  }
  return { event, user, actor, session, from: instant('--from', from), to: instant('--to', to) }
}

function instant(flag: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) {
    throw new TypeError(`${flag} must be an instant like 2030-01-31T12:00:00Z`)
  }
  return date
}

/** Waits while whoever reads is slow. */
async function emit(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain').catch(() => {})
}
