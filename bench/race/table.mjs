import { table } from '../lib/report.mjs'

/** @typedef {import('../../e2e/race/lab.js').Findings} Findings */
/** @typedef {import('../../e2e/race/lab.js').Result} Result */

/**
 * What was found, side by side: users that were logged out, refreshes, and what could not be measured.
 * @param {readonly { title: string }[]} gestures
 * @param {readonly Findings[]} systems
 */
export function raceTables(gestures, systems) {
  const heads = systems.map(({ name, instances }) => `${name} × ${instances}`)
  const rows = (/** @type {(result: Result) => string} */ cell) =>
    gestures.map(({ title }) => [
      title,
      ...systems.map(({ results }) => {
        const result = results.find(({ gesture }) => gesture.title === title)
        return result && result.expiries > 0 ? cell(result) : '–'
      }),
    ])
  return [
    '### Logouts per 100 expiries',
    table(['gesture', ...heads], rows(logouts)),
    '### Refreshes per expiry: mean, and the most of any one',
    table(['gesture', ...heads], rows(refreshes)),
    ...systems.flatMap(faults),
  ].join('\n\n')
}

/** @param {Result} result */
function logouts({ logouts: lost, expiries }) {
  const share = (100 * lost) / expiries
  return `${lost > 0 && share < 99.5 ? share.toFixed(0) : Math.round(share)}`
}

/** @param {Result} result */
function refreshes({ refreshes: counts }) {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return `${mean.toFixed(1)} (${Math.max(...counts)})`
}

/** @param {Findings} findings */
function faults({ name, instances, results }) {
  return results.flatMap(({ gesture, faults: all, why, late, expiries }) => {
    const of = `${name} × ${instances}, "${gesture.title}"`
    // Where everybody is lost the reason is no news.
    const isRare = why.length > 0 && why.length < expiries / 2
    return [
      ...(all.length > 0 ? [`Not measured, ${of}: ${all.length} (${all[0]})`] : []),
      ...(late > 0 ? [`Too slow to count, ${of}: ${late}`] : []),
      ...(isRare ? [`Lost, ${of}: ${why.length} (${why[0]})`] : []),
    ]
  })
}
