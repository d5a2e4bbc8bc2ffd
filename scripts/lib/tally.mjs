/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** What one step of `npm test` found. `notes` are shown once more at the end. */
/** @typedef {Count & { notes?: readonly string[] }} Outcome */

/** One check that passed. */
export const PASSED = Object.freeze({ passed: 1, failed: 0, skipped: 0 })

/** One check that failed. @param {string} note @returns {Outcome} */
export const failure = (note) => ({ passed: 0, failed: 1, skipped: 0, notes: [note] })

/** One check that could not be made. @param {string} note @returns {Outcome} */
export const skip = (note) => ({ passed: 0, failed: 0, skipped: 1, notes: [note] })

/**
 * Several outcomes as one.
 * @param {readonly Outcome[]} outcomes
 * @returns {Count & { notes: string[] }}
 */
export function sum(outcomes) {
  const total = (/** @type {keyof Count} */ key) => outcomes.reduce((all, one) => all + one[key], 0)
  const notes = outcomes.flatMap((one) => one.notes ?? [])
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped'), notes }
}

/** The line that `npm test` ends with. @param {Count} count */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
