import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { auditDependencies } from './audit.mjs'
import { BUILT_BY_TSC } from './build.mjs'
import { buildExamples } from './examples.mjs'
import { checkPackages } from './package-checks.mjs'
import { bin, ROOT } from './paths.mjs'
import { checkPython } from './python-checks.mjs'
import { run } from './run.mjs'
import { failure, PASSED } from './tally.mjs'
import { runVitest } from './vitest.mjs'

/** @typedef {import('./tally.mjs').Outcome} Outcome */
/** @typedef {{ env: NodeJS.ProcessEnv, args: readonly string[] }} Context */

/**
 * @typedef {object} Step
 * @property {string} id What `--only` takes.
 * @property {string} title
 * @property {(context: Context) => Promise<Outcome>} run
 */

/** Starts what the steps before it have built. */
const START_TEST = 'scripts/test/npm-start.test.ts'

/** The steps of `npm test`, in order. @type {readonly Step[]} */
export const STEPS = [
  { id: 'lint', title: 'Formatting and lint rules (biome)', run: command('biome', ['check', '.']) },
  {
    id: 'build',
    title: 'Build of the packages (tsc -b)',
    run: command('tsc', ['-b', ...BUILT_BY_TSC]),
  },
  {
    id: 'types',
    title: 'Types of the tests (tsc)',
    run: command('tsc', ['-p', 'tsconfig.test.json']),
  },
  {
    id: 'rules',
    title: 'Rules of the repository and its scripts (vitest)',
    run: ({ env, args }) => runVitest(['scripts/test/', '--exclude', START_TEST, ...args], env),
  },
  { id: 'knip', title: 'Unused files, exports and dependencies (knip)', run: command('knip', []) },
  { id: 'packages', title: 'The packages as published (publint, attw)', run: checkPackages },
  { id: 'audit', title: 'Known vulnerabilities (npm audit)', run: auditDependencies },
  {
    id: 'vitest',
    title: 'Tests of packages and examples (vitest)',
    run: ({ env, args }) => runVitest(args.length ? args : ['packages/', 'examples/'], env),
  },
  { id: 'python', title: 'The Python package (ruff, mypy, pytest)', run: checkPython },
  { id: 'web', title: 'Build of the web apps (next build, vite build)', run: buildWebApps },
  {
    id: 'start',
    title: 'npm start, on ports of its own (vitest)',
    run: ({ env, args }) => runVitest([START_TEST, ...args], env),
  },
  { id: 'e2e', title: 'End to end: real processes, real browser (vitest)', run: endToEnd },
]

/**
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {Step['run']}
 */
function command(name, args) {
  return async (context) => {
    const { code } = await run(bin(name), [...args, ...context.args])
    return code === 0 ? PASSED : failure(`${[name, ...args].join(' ')} failed`)
  }
}

/** @returns {Promise<Outcome>} */
async function buildWebApps() {
  await buildExamples(console.log)
  return PASSED
}

/** @param {Context} context @returns {Promise<Outcome>} */
async function endToEnd({ env, args }) {
  const config = join(ROOT, 'e2e/vitest.config.ts')
  if (!existsSync(config)) return failure('e2e/vitest.config.ts is missing')
  return runVitest(['--config', config, ...args], env)
}
