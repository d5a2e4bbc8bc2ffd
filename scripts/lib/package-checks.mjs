import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { packageFolders } from './build.mjs'
import { bundleSizes } from './bundle-sizes.mjs'
import { bin } from './paths.mjs'
import { npm, run } from './run.mjs'
import { failure, PASSED, sum } from './tally.mjs'

/** @typedef {import('./tally.mjs').Outcome} Outcome */

/** A stylesheet has no types. */
const ATTW = ['--profile', 'esm-only', '--exclude-entrypoints', 'forms.css']

/**
 * Packs every package as it would be published, has publint and attw look into the archives, and
 * weighs what goes to browsers.
 * @returns {Promise<Outcome>}
 */
export async function checkPackages() {
  const outcomes = []
  for (const folder of packageFolders()) outcomes.push(await checkPackage(folder))
  for (const size of await bundleSizes()) outcomes.push(checkSize(size))
  return sum(outcomes)
}

/** @param {import('./bundle-sizes.mjs').BundleSize} size @returns {Outcome} */
function checkSize({ name, bytes, limit }) {
  const title = `${name}: ${bytes} of ${limit} bytes`
  console.log(`${bytes <= limit ? '✓' : '✗'} ${title}`)
  return bytes <= limit ? PASSED : failure(`${title}, minified and compressed`)
}

/** @param {string} folder @returns {Promise<Outcome>} */
async function checkPackage(folder) {
  const temporary = mkdtempSync(join(tmpdir(), 'countersign-pack-'))
  const name = `packages/${basename(folder)}`
  try {
    const pack = npm(['pack', '--pack-destination', temporary])
    const packed = await check(`npm pack ${name}`, ...pack, folder)
    const archive = readdirSync(temporary)[0]
    if (!archive) return packed
    const path = join(temporary, archive)
    return sum([
      await check(`publint ${name}`, bin('publint'), [path, '--strict'], folder),
      await check(`attw ${name}`, bin('attw'), [path, ...ATTW], folder),
    ])
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/**
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<Outcome>}
 */
async function check(title, command, args, cwd) {
  const { code, output } = await run(command, args, { cwd, quiet: true })
  console.log(`${code === 0 ? '✓' : '✗'} ${title}`)
  if (code === 0) return PASSED
  console.log(output.trimEnd())
  return failure(`${title} failed`)
}
