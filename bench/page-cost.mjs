import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { versions } from './lib/report.mjs'

const LAB = fileURLToPath(new URL('page-cost/run.mjs', import.meta.url))

/** What a signed-in page costs beside the same page without auth. */
export async function run() {
  // The servers are those of the end-to-end tests, which are written in TypeScript.
  const { module } = await runnerImport(LAB, { configFile: false, logLevel: 'warn' })
  return `Packages: ${versions('next', 'react')}.\n\n${await module.measurePages()}`
}
