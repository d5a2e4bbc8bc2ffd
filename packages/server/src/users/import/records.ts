import { readText } from './read-text.js'

/** Longest row, in characters: longer ones are no users, or a quote that nobody closed. */
const LONGEST = 65_536

/** What a row says, by column. */
export interface RawRecord {
  /** Where it begins. */
  readonly line: number
  /** How far the file was read when it came, in bytes. */
  readonly bytes: number
  readonly values: Readonly<Record<string, unknown>> | undefined
  /** Why there are no values. */
  readonly fault?: string
}

/** Rows of a file with one JSON object in each line. Empty lines are none. */
export async function* readJsonLines(file: string): AsyncGenerator<RawRecord> {
  let rest = ''
  let line = 0
  let bytes = 0
  for await (const chunk of readText(file)) {
    bytes = chunk.bytes
    const lines = (rest + chunk.text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST) throw new Error(`line ${line + lines.length + 1} is too long`)
    for (const text of lines) {
      line += 1
      if (text.trim() !== '') yield { line, bytes, ...objectIn(text) }
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, bytes, ...objectIn(rest) }
}

function objectIn(text: string): Pick<RawRecord, 'values' | 'fault'> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { values: value as Record<string, unknown> }
    }
  } catch {
    // Told below: what a parser says would repeat a part of the row.
  }
  return { values: undefined, fault: 'the line is not a JSON object' }
}

/**
 * Rows of a CSV file (RFC 4180) whose first row names the columns; commas, semicolons or tabs.
 * @throws Error for a row that is longer than any user, as an open quote makes it
 */
export async function* readCsv(file: string): AsyncGenerator<RawRecord> {
  let columns: readonly string[] | undefined
  for await (const { cells, line, bytes } of readRows(file)) {
    if (!columns) {
      columns = cells.map((cell) => cell.trim())
      continue
    }
    if (cells.length === 1 && cells[0] === '') continue
    const values = Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? '']))
    if (cells.length === columns.length) yield { line, bytes, values }
    else {
      const fault = `the row has ${cells.length} fields, the header ${columns.length}`
      yield { line, bytes, values: undefined, fault }
    }
  }
}

async function* readRows(file: string) {
  const parser = csvParser()
  for await (const { text, bytes } of readText(file)) {
    for (const row of parser.feed(text)) yield { ...row, bytes }
  }
  for (const row of parser.end()) yield { ...row, bytes: Number.POSITIVE_INFINITY }
}

interface Row {
  readonly cells: string[]
  readonly line: number
}

/** Keeps what is between two pieces of text: a row may be cut anywhere. */
function csvParser() {
  let rest = ''
  let line = 1
  let delimiter: string | undefined

  /** Rows that are whole. What is left has an open quote, or no end of line yet. */
  const take = (isEnd: boolean): Row[] => {
    const rows: Row[] = []
    let start = 0
    for (;;) {
      const end = endOfRow(rest, start)
      if (end === -1 && !(isEnd && start < rest.length)) break
      const text = rest.slice(start, end === -1 ? rest.length : end).replace(/\r$/, '')
      delimiter ??= delimiterOf(text)
      rows.push({ cells: cellsOf(text, delimiter), line })
      line += text.split('\n').length
      if (end === -1) return rows
      start = end + 1
    }
    rest = rest.slice(start)
    if (rest.length > LONGEST) {
      throw new Error(`the row at line ${line} does not end: is there a quote that nobody closes?`)
    }
    return rows
  }

  return {
    feed(text: string): Row[] {
      rest += text
      return take(false)
    },
    end: (): Row[] => take(true),
  }
}

/** The line break after a row that begins at `start`; those in quotes belong to the row. */
function endOfRow(text: string, start: number): number {
  let at = start
  let end = text.indexOf('\n', at)
  while (end !== -1) {
    const opening = text.indexOf('"', at)
    if (opening === -1 || opening > end) return end
    const closing = text.indexOf('"', opening + 1)
    if (closing === -1) return -1
    at = closing + 1
    if (end < at) end = text.indexOf('\n', at)
  }
  return -1
}

/** Whichever separates the header most often. */
function delimiterOf(header: string): string {
  const count = (mark: string) => header.split(mark).length
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}

function cellsOf(row: string, delimiter: string): string[] {
  if (!row.includes('"')) return row.split(delimiter)
  const cells: string[] = []
  let at = 0
  while (at <= row.length) {
    const cell = row[at] === '"' ? quotedCell(row, at) : plainCell(row, at, delimiter)
    cells.push(cell.text)
    const next = row.indexOf(delimiter, cell.end)
    at = next === -1 ? row.length + 1 : next + 1
  }
  return cells
}

function plainCell(row: string, from: number, delimiter: string) {
  const next = row.indexOf(delimiter, from)
  const end = next === -1 ? row.length : next
  return { text: row.slice(from, end), end }
}

function quotedCell(row: string, from: number) {
  const end = closingQuote(row, from + 1)
  return { text: row.slice(from + 1, end).replaceAll('""', '"'), end }
}

function closingQuote(row: string, from: number): number {
  for (let at = row.indexOf('"', from); at !== -1; at = row.indexOf('"', at + 2)) {
    if (row[at + 1] !== '"') return at
  }
  return row.length
}
