import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { run } from './run.mjs'
import { failure, PASSED, skip } from './tally.mjs'

/** @typedef {import('./tally.mjs').Outcome} Outcome */
/** @typedef {{ name: string, version: string, vulns?: { id: string }[] }} Dependency */

/**
 * Asks for known vulnerabilities of what users of the Python package install. Machines without a
 * network count as skipped.
 * @param {string} python
 * @returns {Promise<Outcome>}
 */
export async function auditPython(python) {
  const list = join(ROOT, 'scripts/lib/runtime_requirements.py')
  const { code, output } = await run(python, [list], { quiet: true })
  if (code !== 0) return failure(`python: the installed packages could not be listed: ${output}`)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'))
  try {
    const file = join(folder, 'requirements.txt')
    writeFileSync(file, output)
    const audit = ['-r', file, '--no-deps', '--disable-pip', '--format', 'json', '--timeout', '5']
    const answer = await run(python, ['-m', 'pip_audit', ...audit], { quiet: true })
    const outcome = judgePythonAudit(answer.output)
    console.log(outcome.notes?.[0] ?? '✓ pip-audit')
    return outcome
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} output Of `pip-audit --format json`, with its messages around it @returns {Outcome} */
export function judgePythonAudit(output) {
  const dependencies = parse(output)
  if (!dependencies) return skip(`pip-audit not available: ${reasonIn(output)}`)
  const bad = dependencies.filter(({ vulns = [] }) => vulns.length > 0)
  if (bad.length === 0) return PASSED
  const names = bad.map(
    ({ name, vulns = [] }) => `${name} (${vulns.map(({ id }) => id).join(' ')})`,
  )
  return failure(`pip-audit: known vulnerabilities: ${names.join(', ')}`)
}

/** @param {string} output @returns {Dependency[] | undefined} */
function parse(output) {
  const line = output.split('\n').find((text) => text.startsWith('{"dependencies"'))
  try {
    return line && JSON.parse(line).dependencies
  } catch {
    return undefined
  }
}

/**
 * The last words, without the address of the registry, which is the machine's own business.
 * @param {string} output
 */
function reasonIn(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const words = (lines.at(-1) ?? 'no answer').replace(/https?:\S+|host='[^']*'/g, 'the registry')
  return words.trim().slice(0, 200)
}
