import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findExecutable } from './executables.mjs'
import { fingerprint } from './fingerprint.mjs'
import { ROOT } from './paths.mjs'
import { runOrFail } from './run.mjs'
import { UserError } from './user-error.mjs'

const ENVIRONMENTS = join(ROOT, '.cache/python')
const PACKAGE = join(ROOT, 'python')
const NAMES = ['python3', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`), 'python']
const OLDEST_MINOR = 10

/** Says which version it is and whether it can make environments. */
const QUESTION = 'import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3])'

/** @typedef {{ command: string, version: string }} Python */

/**
 * The first Python of PATH that is new enough and can make environments; `PYTHON` names another.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Python | undefined}
 */
export function findPython(env = process.env) {
  const commands = env.PYTHON ? [env.PYTHON] : NAMES.map((name) => findExecutable([name]))
  for (const command of commands) {
    const version = command && versionOf(command)
    if (command && version && isNewEnough(version)) return { command, version }
  }
  return undefined
}

/**
 * A Python environment that holds the package of `python/` (editable: its sources count at once)
 * and what the requirements files pin. It is made once for each content of those files.
 * Use it as `run(python, ['-m', 'pytest', …])`: its other commands do not know where they are.
 * @param {(line: string) => void} log
 * @param {object} options
 * @param {readonly string[]} options.requirements Paths from the root of the repository.
 * @param {string} [options.extras] Extras of the package: `fastapi,test`
 * @returns {Promise<string>} Path of its interpreter.
 */
export async function ensurePython(log, { requirements, extras = '' }) {
  const python = findPython()
  if (!python) throw missingPython()
  const files = requirements.map((path) => join(ROOT, path))
  const key = fingerprint([...files, join(PACKAGE, 'pyproject.toml')], python.version + extras)
  const folder = join(ENVIRONMENTS, key.slice(0, 16))
  if (!existsSync(folder)) {
    log('Preparing the Python environment (venv, pip install) …')
    await make(folder, python, ['-e', extras ? `${PACKAGE}[${extras}]` : PACKAGE, ...listed(files)])
  }
  return interpreterOf(folder)
}

/**
 * Made beside its place and moved there when complete, so that one that was cut short is never used.
 * @param {string} folder
 * @param {Python} python
 * @param {readonly string[]} wanted
 */
async function make(folder, python, wanted) {
  const draft = `${folder}.${process.pid}`
  mkdirSync(ENVIRONMENTS, { recursive: true })
  rmSync(draft, { recursive: true, force: true })
  try {
    await runOrFail('python -m venv', python.command, ['-m', 'venv', draft])
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', ...wanted]
    await runOrFail('pip install', interpreterOf(draft), pip)
    moveInto(folder, draft)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/**
 * Another process may have been quicker; its environment is the same.
 * @param {string} folder
 * @param {string} draft
 */
function moveInto(folder, draft) {
  try {
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

/** @param {readonly string[]} files */
const listed = (files) => files.flatMap((file) => ['-r', file])

/** @param {string} folder */
const interpreterOf = (folder) =>
  join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

/** @param {string} command @returns {string | undefined} */
function versionOf(command) {
  const { status, stdout } = spawnSync(command, ['-c', QUESTION], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= OLDEST_MINOR)
}

function missingPython() {
  return new UserError(
    `Python 3.${OLDEST_MINOR} or newer with the modules venv and ensurepip is needed (Debian: python3 and python3-venv): install it, or name one with PYTHON.`,
  )
}
