/** A position in a sorted list: the sorted value of the last row, and what tells equal ones apart. */
export type Position = readonly [value: string, id: string]

/** A cursor that no page of the list ended with. */
export class CursorError extends Error {
  override readonly name = 'CursorError'
}

/** What a client gives back to go on; it says nothing that the page did not. */
function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** `undefined` for what no page of ours ended with. */
export function readCursor(text: string): Position | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (!Array.isArray(parsed) || parsed.length !== 2) return undefined
    const [value, id] = parsed
    if (typeof value !== 'string' || typeof id !== 'string') return undefined
    return /[\0\ud800-\udfff]/.test(value + id) ? undefined : [value, id]
  } catch {
    return undefined
  }
}

/** A page out of one row more than it may have. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => Position,
): { readonly rows: readonly Row[]; readonly next: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last ? writeCursor(positionOf(last)) : null }
}

/** Collects conditions of a statement with the values that they name. */
export function conditions() {
  const values: unknown[] = []
  const all: string[] = []
  return {
    values,
    /** Each `?` becomes the parameter of the next value. */
    add(condition: string, ...given: unknown[]): void {
      let index = 0
      all.push(condition.replaceAll('?', () => `$${values.push(given[index++])}`))
    },
    /** The number of a parameter outside of the conditions. */
    parameter: (value: unknown): string => `$${values.push(value)}`,
    where: (): string => (all.length === 0 ? '' : `where ${all.join('\n  and ')}`),
  }
}
