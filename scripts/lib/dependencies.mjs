import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.mjs'
import { npm, runOrFail } from './run.mjs'
import { UserError } from './user-error.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Locked */

/** Refuses a Node.js that the packages do not support. @param {string} [version] */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new UserError(`Countersign needs Node.js 20.19 or newer; this is ${version}.`)
}

/**
 * Installs what package-lock.json names, if node_modules is missing or holds something else.
 * @param {(line: string) => void} log
 */
export async function ensureDependencies(log) {
  if (isInstalled(ROOT)) return
  log('Installing dependencies (npm ci) …')
  await runOrFail('npm ci', ...npm(['ci', '--no-audit', '--no-fund']))
}

/**
 * Whether node_modules is a complete installation of the lock file. npm writes its own record,
 * `node_modules/.package-lock.json`, last, so an interrupted installation has none.
 * @param {string} folder
 */
export function isInstalled(folder) {
  const wanted = lockedPackages(join(folder, 'package-lock.json'))
  const present = lockedPackages(join(folder, 'node_modules/.package-lock.json'))
  if (!wanted || !present) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = present[path]
    if (!found) return entry.optional === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

/**
 * @param {string} file
 * @returns {Record<string, Locked> | undefined}
 */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}
