import { startStack } from '../../e2e/harness/stack.js'
import { exposedWithin, exposeThieves } from '../../e2e/race/thief.js'
import { percentile } from '../lib/measure.mjs'
import { table } from '../lib/report.mjs'

const SESSIONS = 100
const ACCESS_SECONDS = 30

/** Sessions of one auth server on PostgreSQL, all at a time. */
export async function measureThieves() {
  const times = { access: ACCESS_SECONDS, window: ACCESS_SECONDS / 30 }
  const stack = await startStack({ database: 'postgres', upTo: 'auth', times })
  try {
    return report(await exposeThieves(stack, SESSIONS))
  } finally {
    await stack.remove()
  }
}

/** @param {import('../../e2e/race/thief.js').Exposures} exposures */
function report(exposures) {
  const { lifetimes } = exposures
  const after = (/** @type {number} */ part) => percentile(lifetimes, part)?.toFixed(2) ?? '–'
  const cells = [
    ...[1, 2, 3].map((most) => String(exposedWithin(exposures, most))),
    ...[after(50), after(95), after(100)],
  ]
  return `${SESSIONS} sessions on PostgreSQL, each used by its owner (the browser client with its schedule and jitter) and by a thief, who copied the refresh token at a random moment and comes back every half to one and a half lifetimes. Access tokens live ${ACCESS_SECONDS} s; grace, coalescing, recovery and jitter are scaled with them. Lifetimes of an access token from the thief's first use to the end of the session, which ends for both.

${table(['ended within', '1', '2', '3', 'p50', 'p95', 'longest'], [['sessions of 100', ...cells]])}`
}
