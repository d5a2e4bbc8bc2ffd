import { npm, run } from './run.mjs'
import { failure, PASSED, skip } from './tally.mjs'

/** @typedef {import('./tally.mjs').Outcome} Outcome */

/**
 * Asks the registry for known vulnerabilities of what users install. Registries that offer no such
 * service, and machines without a network, count as skipped.
 * @returns {Promise<Outcome>}
 */
export async function auditDependencies() {
  const [command, args] = npm(['audit', '--omit=dev', '--json'])
  const { output } = await run(command, args, { quiet: true })
  const outcome = judgeAudit(output)
  for (const note of outcome.notes ?? []) console.log(note)
  return outcome
}

/**
 * @param {string} output Of `npm audit --json`, with npm's warnings around it
 * @returns {Outcome}
 */
export function judgeAudit(output) {
  const report = parseReport(output)
  const counts = report?.metadata?.vulnerabilities
  if (!counts) return skip(`audit not available: ${reasonIn(report, output)}`)
  if (counts.total === 0) return PASSED
  const names = Object.values(report.vulnerabilities ?? {}).map(
    (/** @type {{ name: string, severity: string }} */ { name, severity }) =>
      `${name} (${severity})`,
  )
  return failure(`audit: ${counts.total} known vulnerabilities: ${names.join(', ')}`)
}

/** @param {string} output */
function parseReport(output) {
  try {
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))
  } catch {
    return undefined
  }
}

/**
 * @param {{ message?: string, error?: { summary?: string } } | undefined} report
 * @param {string} output
 */
function reasonIn(report, output) {
  const reason = report?.error?.summary || report?.message || output.trim() || 'no answer'
  // The address of the registry is the machine's own business.
  return reason
    .split('\n')[0]
    ?.replace(/ - .*/, '')
    .replace(/https?:\S+/g, 'the registry')
}
