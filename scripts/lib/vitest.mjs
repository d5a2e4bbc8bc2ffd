import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { bin, ROOT } from './paths.mjs'
import { run } from './run.mjs'
import { failure, sum } from './tally.mjs'

/** @typedef {import('./tally.mjs').Outcome} Outcome */
/** @typedef {{ fullName: string, status: string }} Assertion */
/** @typedef {{ name: string, status: string, assertionResults: Assertion[] }} TestFile */

/**
 * Runs vitest and counts every test.
 * @param {readonly string[]} args Files, folders, options
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
export async function runVitest(args, env) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-vitest-'))
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  try {
    const { code } = await run(bin('vitest'), ['run', ...reporters, ...args], { env })
    return countReport(readReport(file), code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} file
 * @returns {TestFile[] | undefined}
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).testResults
  } catch {
    return undefined
  }
}

/**
 * Counts tests. A file that broke outside its tests is one failure, and so is an exit code that no
 * test accounts for, such as an unhandled rejection.
 * @param {readonly TestFile[] | undefined} files
 * @param {number} code
 * @returns {Outcome}
 */
export function countReport(files, code) {
  if (!files) return failure(`vitest ended with exit code ${code} and without a report`)
  const total = sum(files.map(countFile))
  if (code === 0 || total.failed > 0) return total
  return sum([total, failure(`vitest ended with exit code ${code}: an error outside of the tests`)])
}

/** @param {TestFile} file @returns {Outcome} */
function countFile({ name, status, assertionResults }) {
  const path = relative(ROOT, name)
  const broken = assertionResults.filter((test) => test.status === 'failed')
  if (status === 'failed' && broken.length === 0) {
    const rest = assertionResults.filter((test) => test.status === 'passed').length
    return { passed: rest, failed: 1, skipped: 0, notes: [`${path} could not be run`] }
  }
  const passed = assertionResults.filter((test) => test.status === 'passed').length
  return {
    passed,
    failed: broken.length,
    skipped: assertionResults.length - passed - broken.length,
    notes: broken.map((test) => `${path}: ${test.fullName}`),
  }
}
