import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT } from './paths.mjs'

const SKIPPED = new Set([
  ...['node_modules', 'dist', '.next', '.git', '.cache', '.countersign'],
  'next-env.d.ts',
])
const STAMPS = join(ROOT, '.cache/stamps')

/**
 * Every file below a path, sorted, without what is installed or built. A missing path has no files.
 * @param {string} path
 * @returns {string[]}
 */
export function filesBelow(path) {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (!entry) return []
  if (entry.isFile()) return [path]
  return readdirSync(path)
    .filter((name) => !SKIPPED.has(name) && !name.endsWith('.tsbuildinfo'))
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
}

/**
 * A hash of the names and contents of everything below the paths, and of some text.
 * Contents rather than times: a checkout touches files that it does not change.
 * @param {readonly string[]} paths
 * @param {string} [text]
 */
export function fingerprint(paths, text = '') {
  const hash = createHash('sha256').update(text)
  for (const file of paths.flatMap(filesBelow)) {
    hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('base64url')
}

/**
 * Whether a step was last completed for this fingerprint.
 * @param {string} step
 * @param {string} value
 */
export function isStamped(step, value) {
  try {
    return readFileSync(join(STAMPS, step), 'utf8') === value
  } catch {
    return false
  }
}

/**
 * Notes that a step was completed for this fingerprint.
 * @param {string} step
 * @param {string} value
 */
export function stamp(step, value) {
  const file = join(STAMPS, step)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, value)
}
