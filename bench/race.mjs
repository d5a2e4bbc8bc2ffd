import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { versions } from './lib/report.mjs'

const LAB = fileURLToPath(new URL('race/run.mjs', import.meta.url))

/**
 * The race lab of the end-to-end tests, with as many expiries as asked, beside next-auth.
 * @param {{ expiries?: number, only?: readonly string[] }} [options]
 */
export async function run({ expiries = 100, only } = {}) {
  // The lab is written in TypeScript, for its tests.
  const { module } = await runnerImport(LAB, { configFile: false, logLevel: 'warn' })
  const packages = versions('next', 'next-auth', 'playwright-core')
  const text = await module.runAll({ expiries, only, print: (line) => console.error(line) })
  return `${expiries} expiries per gesture and system. Packages: ${packages}.\n\n${text}`
}
