import { existsSync } from 'node:fs'
import { findChromium } from './chromium.mjs'
import { findPostgres } from './postgres.mjs'
import { findPython } from './python.mjs'
import { findRedis } from './redis.mjs'
import { run } from './run.mjs'

/** What the tests drive besides Node.js, by the name of its Debian package. */
const NEEDED = [
  { apt: 'chromium', isThere: () => findChromium() !== undefined },
  { apt: 'postgresql', isThere: () => findPostgres('initdb') !== undefined },
  { apt: 'redis-server', isThere: () => findRedis() !== undefined },
  { apt: 'python3-venv', isThere: () => findPython() !== undefined },
]

const missing = () => NEEDED.filter(({ isThere }) => !isThere()).map(({ apt }) => apt)

/**
 * Installs what is missing where that is possible (root on Debian or Ubuntu), else says what to
 * install. The tests that need it run all the same, and fail.
 * @param {(line: string) => void} log
 */
export async function ensureSystemPackages(log) {
  const wanted = missing()
  if (wanted.length === 0) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await installWithApt(wanted, log)
  const left = missing()
  if (left.length > 0) log(`Please install: ${left.join(', ')}. Tests that need it will fail.`)
}

/**
 * @param {readonly string[]} packages
 * @param {(line: string) => void} log
 */
async function installWithApt(packages, log) {
  log(`Installing ${packages.join(', ')} (apt-get) …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-y', '--no-install-recommends', ...packages]
  for (const args of [['update'], install]) {
    const { code, output } = await run('apt-get', args, { quiet: true, env })
    if (code !== 0) log(`${output.trimEnd()}\napt-get ${args[0]} failed with exit code ${code}.`)
  }
}
