import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countJunitFile } from './junit.mjs'
import { ROOT } from './paths.mjs'
import { ensurePython } from './python.mjs'
import { auditPython } from './python-audit.mjs'
import { run } from './run.mjs'
import { failure, PASSED, sum } from './tally.mjs'

/** @typedef {import('./tally.mjs').Outcome} Outcome */

const PACKAGE = join(ROOT, 'python')
const REQUIREMENTS = ['python/requirements-dev.txt']

/** Python outside of packages, which has no settings of its own. */
const SCRIPTS = ['--config', 'pyproject.toml', '../bench', '../scripts']

/** What a user's first program would find missing. */
const FIRST_PROGRAM = `
import countersign, importlib.resources, importlib.util
assert importlib.resources.files("countersign").joinpath("py.typed").is_file()
assert importlib.util.find_spec("fastapi") is None
from countersign.testing import FakeAuth
auth = FakeAuth()
auth.verifier().verify(auth.token())
`

/**
 * Lint, types and tests of the package in python/, its installation, and known vulnerabilities.
 * @param {{ env: NodeJS.ProcessEnv, args: readonly string[] }} context
 * @returns {Promise<Outcome>}
 */
export async function checkPython({ env, args }) {
  const python = await ensurePython(console.log, { requirements: REQUIREMENTS, extras: 'fastapi' })
  if (args.length > 0) return runPytest(python, env, args)
  return sum([
    await check('ruff check', python, ['-m', 'ruff', 'check', '.', '../examples']),
    await check('ruff check, scripts', python, ['-m', 'ruff', 'check', ...SCRIPTS]),
    await check('ruff format', python, ['-m', 'ruff', 'format', '--check', ...SCRIPTS, '.']),
    await check('mypy --strict', python, ['-m', 'mypy']),
    await runPytest(python, env, []),
    await checkInstallation(python),
    await auditPython(python),
  ])
}

/**
 * @param {string} python
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args
 * @returns {Promise<Outcome>}
 */
async function runPytest(python, env, args) {
  return inTemporaryFolder(async (folder) => {
    const report = join(folder, 'report.xml')
    const pytest = ['-m', 'pytest', `--junit-xml=${report}`, ...args]
    const { code } = await run(python, pytest, { cwd: PACKAGE, env })
    return countJunitFile(report, code)
  })
}

/** Installs the package alone, as a user does. @param {string} python @returns {Promise<Outcome>} */
async function checkInstallation(python) {
  return inTemporaryFolder(async (folder) => {
    const own = join(folder, 'bin/python')
    const program = join(folder, 'program.py')
    writeFileSync(program, FIRST_PROGRAM)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE]
    const made = await check('python -m venv', python, ['-m', 'venv', folder])
    if (made.failed) return made
    const installed = await check('pip install ./python', own, pip)
    return installed.failed ? installed : check('import countersign', own, [program])
  })
}

/**
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<Outcome>}
 */
async function check(title, command, args) {
  const { code, output } = await run(command, args, { cwd: PACKAGE, quiet: true })
  console.log(`${code === 0 ? '✓' : '✗'} ${title}`)
  if (code === 0) return PASSED
  console.log(output.trimEnd())
  return failure(`python: ${title} failed`)
}

/**
 * @template Result
 * @param {(folder: string) => Promise<Result>} work
 */
async function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-python-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
