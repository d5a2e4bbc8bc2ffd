import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const LAB = fileURLToPath(new URL('thief/run.mjs', import.meta.url))

/** How soon a session ends that its owner shares with a thief. */
export async function run() {
  // The sessions are those of the end-to-end tests, which are written in TypeScript.
  const { module } = await runnerImport(LAB, { configFile: false, logLevel: 'warn' })
  return module.measureThieves()
}
