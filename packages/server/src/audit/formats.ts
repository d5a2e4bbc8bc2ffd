import type { AuditLine } from './audit-rows.js'

const COLUMNS = [
  'at',
  'event',
  'userId',
  'userEmail',
  'actorId',
  'actorEmail',
  'sessionId',
  'clientId',
  'ip',
  'userAgent',
  'requestId',
  'detail',
] as const

/** The first line of a CSV file (RFC 4180). */
export const CSV_HEADER = COLUMNS.join(',')

/** A line of a CSV file. */
export function csvLine(line: AuditLine): string {
  return COLUMNS.map((column) => {
    const value = line[column]
    return csvCell(typeof value === 'object' ? JSON.stringify(value ?? '') : String(value))
  }).join(',')
}

/** A spreadsheet would run a cell that begins so, and strangers choose what stands in some cells. */
function csvCell(text: string): string {
  const plain = text === '""' ? '' : text
  const harmless = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** A line for people. */
export function readableLine(line: AuditLine): string {
  const detail = Object.entries(line.detail).map(([name, value]) => `${name}=${String(value)}`)
  const by = line.actorId === line.userId ? undefined : (line.actorEmail ?? line.actorId)
  return [
    line.at.replace(/\.\d+Z$/, 'Z'),
    line.event.padEnd(20),
    line.userEmail ?? line.userId ?? '-',
    ...(by ? [`by ${by}`] : []),
    ...(line.ip ? [line.ip] : []),
    ...detail,
  ].join('  ')
}
