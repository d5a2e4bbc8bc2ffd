import { readFileSync } from 'node:fs'
import { failure, sum } from './tally.mjs'

/** @typedef {import('./tally.mjs').Outcome} Outcome */

/**
 * Counts the tests of a report in the form of JUnit, as pytest writes it. An exit code that no test
 * accounts for is one failure.
 * @param {string} file
 * @param {number} code
 * @returns {Outcome}
 */
export function countJunitFile(file, code) {
  try {
    return countJunit(readFileSync(file, 'utf8'), code)
  } catch {
    return failure(`pytest ended with exit code ${code} and without a report`)
  }
}

/** @param {string} xml @param {number} code @returns {Outcome} */
export function countJunit(xml, code) {
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)]
  const outcomes = cases.map(([, attributes = '', content = '']) => outcomeOf(attributes, content))
  const total = sum(outcomes)
  if (cases.length === 0) return failure(`pytest ended with exit code ${code} and ran no test`)
  if (code === 0 || total.failed > 0) return total
  return sum([total, failure(`pytest ended with exit code ${code}: an error outside of the tests`)])
}

/** @param {string} attributes @param {string} content @returns {Outcome} */
function outcomeOf(attributes, content) {
  if (/<(failure|error)\b/.test(content)) return failure(nameOf(attributes))
  if (/<skipped\b/.test(content)) return { passed: 0, failed: 0, skipped: 1 }
  return { passed: 1, failed: 0, skipped: 0 }
}

/** @param {string} attributes */
function nameOf(attributes) {
  const value = (/** @type {string} */ name) =>
    new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? ''
  return `python: ${value('classname')}.${value('name')}`
}
