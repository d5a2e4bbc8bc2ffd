#!/usr/bin/env node
import { checkNode, ensureDependencies } from './lib/dependencies.mjs'
import { interruption } from './lib/interruption.mjs'
import { signalRunning } from './lib/run.mjs'
import { STEPS } from './lib/steps.mjs'
import { ensureSystemPackages } from './lib/system-packages.mjs'
import { failure, lastLine, sum } from './lib/tally.mjs'
import { startTestServers } from './lib/test-servers.mjs'
import { report, UserError } from './lib/user-error.mjs'

const HELP = `npm test                        every check and test
npm test -- --only <step> …     one step; what follows is passed on to its tool
                                (npm test -- --only vitest packages/core)

Steps: ${STEPS.map(({ id }) => id).join(', ')}`

/** @typedef {import('./lib/steps.mjs').Step} Step */
/** @typedef {import('./lib/tally.mjs').Outcome} Outcome */

if (process.argv.includes('--help')) console.log(HELP)
else process.exit(await main(process.argv.slice(2)))

/** @param {readonly string[]} args */
async function main(args) {
  const { asked, forget } = interruption()
  const interrupted = asked.then(() => 130)
  try {
    return await Promise.race([testEverything(args), interrupted])
  } catch (error) {
    report(error)
    return 1
  } finally {
    signalRunning('SIGTERM')
    forget()
  }
}

/** @param {readonly string[]} args */
async function testEverything(args) {
  checkNode()
  const { steps, rest } = chooseSteps(args)
  await ensureDependencies(console.log)
  await ensureSystemPackages(console.log)
  const servers = await startTestServers()
  /** @type {Outcome[]} */
  const outcomes = []
  try {
    for (const step of steps) outcomes.push(await runStep(step, { env: servers.env, args: rest }))
  } finally {
    await servers.stop()
  }
  return conclude(sum(outcomes))
}

/** @param {readonly string[]} args */
function chooseSteps([flag, id, ...rest]) {
  if (flag === undefined) return { steps: STEPS, rest }
  const steps = STEPS.filter((step) => flag === '--only' && step.id === id)
  if (steps.length > 0) return { steps, rest }
  throw new UserError(`There is no such step.\n\n${HELP}`)
}

/**
 * A step that throws is a failed check, so that the steps after it still run.
 * @param {Step} step
 * @param {import('./lib/steps.mjs').Context} context
 */
async function runStep({ title, run }, context) {
  console.log(`\n── ${title}`)
  const began = performance.now()
  const outcome = await run(context).catch((/** @type {unknown} */ error) => {
    report(error)
    return failure(`${title}: could not be run`)
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`── ${lastLine(outcome)} (${seconds} s)`)
  return outcome
}

/** @param {ReturnType<typeof sum>} total */
function conclude({ notes, ...count }) {
  console.log('\n── Summary')
  for (const note of notes) console.log(`• ${note}`)
  console.log(lastLine(count))
  return count.failed > 0 ? 1 : 0
}
