import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, isStamped, stamp } from './fingerprint.mjs'
import { API, bin, ROOT } from './paths.mjs'
import { runOrFail } from './run.mjs'
import { nextCli } from './services.mjs'

/** @typedef {(line: string) => void} Log */

/** What `tsc -b` is given: the packages, and the example that runs from its output. */
export const BUILT_BY_TSC = ['.', 'examples/api-hono']

/** Says which versions are built with. */
export const LOCK = join(ROOT, 'package-lock.json')

/** Builds the packages and the API, unless nothing has changed since. @param {Log} log */
export async function buildPackages(log) {
  const sources = ['packages', 'examples/api-hono', 'tsconfig.json', 'tsconfig.base.json']
  const value = fingerprint([...sources.map((path) => join(ROOT, path)), LOCK])
  const built = [...packageFolders(), API].every((folder) => existsSync(join(folder, 'dist')))
  if (built && isStamped('packages', value)) return
  log('Building the packages (tsc -b) …')
  // A plain build trusts its .tsbuildinfo and does not notice that the output was deleted.
  await runOrFail('The build of the packages', bin('tsc'), [
    ...(built ? ['-b'] : ['-b', '--force']),
    ...BUILT_BY_TSC,
  ])
  stamp('packages', value)
}

/**
 * Builds a web app on Next.js, unless nothing has changed since. The build sees no settings and no
 * secrets, so one build serves every environment.
 * @param {Log} log
 * @param {string} [name] Its folder below `examples`.
 */
export async function buildWeb(log, name = 'todo') {
  const folder = join(ROOT, 'examples', name)
  const step = name === 'todo' ? 'web' : `web-${name}`
  const bundled = ['core', 'verify', 'client', 'next'].map((own) => join(ROOT, 'packages', own))
  const value = fingerprint([folder, ...bundled, LOCK])
  const output = join(folder, '.next')
  if (existsSync(join(output, 'BUILD_ID')) && isStamped(step, value)) return
  log(`Building the web app examples/${name} (next build) …`)
  await buildNext(folder)
  stamp(step, value)
}

/** Builds what is in a folder, anew. @param {string} folder */
export async function buildNext(folder) {
  rmSync(join(folder, '.next'), { recursive: true, force: true })
  await runOrFail('The build of the web app', process.execPath, [nextCli(), 'build'], {
    cwd: folder,
    env: buildEnvironment(),
  })
}

/** The environment without anything that a build must not see. @returns {NodeJS.ProcessEnv} */
export function buildEnvironment() {
  const own = /^(COUNTERSIGN|NEXT_PUBLIC|API)_|^(DATABASE|DIRECT)_URL$/
  const others = Object.entries(process.env).filter(([name]) => !own.test(name))
  return { ...Object.fromEntries(others), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
}

/** The folders of the packages that are published. */
export function packageFolders() {
  const folder = join(ROOT, 'packages')
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'package.json')))
    .sort()
}
