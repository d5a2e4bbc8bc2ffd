import { pino } from 'pino'

export type RecordedLog = ReturnType<typeof recordedLog>

/** A log that remembers its lines, at the level that says most. */
export function recordedLog() {
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  return { logger, lines, entries: () => lines.map((line) => JSON.parse(line)) }
}
