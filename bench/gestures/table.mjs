const HEADINGS = [
  ['gesture', ''],
  ['next-auth', 'logouts per 100'],
  ['Countersign', 'logouts per 100'],
  ['next-auth', 'refreshes'],
  ['Countersign', 'refreshes'],
]

/**
 * The rows as a table for a terminal, and what could not be measured below it.
 * @param {readonly import('./run.mjs').Row[]} rows
 * @returns {string[]}
 */
export function formatTable(rows) {
  const cells = rows.map(({ gesture, nextAuth, countersign }) => [
    gesture,
    logouts(nextAuth),
    logouts(countersign),
    refreshes(nextAuth),
    refreshes(countersign),
  ])
  const heads = [0, 1].map((line) => HEADINGS.map((heading) => heading[line] ?? ''))
  const widths = HEADINGS.map((_, column) => widest([...heads, ...cells], column))
  const [top = [], bottom = []] = heads
  const rule = widths.map((width) => '-'.repeat(width))
  return [
    '',
    ...[top, bottom, rule, ...cells].map((line) => align(line, widths)),
    '',
    'Logouts per 100 expiries of the access token, and refreshes the backend saw per expiry.',
    ...rows.flatMap(faults),
  ]
}

/** @typedef {import('./driver.mjs').Result} Result */

/** @param {Result | undefined} result */
function logouts(result) {
  return perExpiry(result, (of) => of.logouts * 100, 0)
}

/** @param {Result | undefined} result */
function refreshes(result) {
  return perExpiry(result, (of) => of.refreshes, 1)
}

/**
 * @param {Result | undefined} result
 * @param {(result: Result) => number} sum
 * @param {number} digits
 */
function perExpiry(result, sum, digits) {
  return result && result.expiries > 0 ? (sum(result) / result.expiries).toFixed(digits) : '-'
}

/** @param {readonly string[][]} lines @param {number} column */
function widest(lines, column) {
  return Math.max(...lines.map((line) => line[column]?.length ?? 0))
}

/** @param {readonly string[]} cells @param {readonly number[]} widths */
function align(cells, widths) {
  const padded = cells.map((cell, column) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
  )
  return padded.join('  ').trimEnd()
}

/** @param {import('./run.mjs').Row} row */
function faults({ gesture, nextAuth, countersign }) {
  return [...(nextAuth?.faults ?? []), ...(countersign?.faults ?? [])].map(
    (fault) => `Not measured, "${gesture}": ${fault}`,
  )
}
