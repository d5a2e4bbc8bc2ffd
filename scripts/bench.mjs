#!/usr/bin/env node
import { join } from 'node:path'
import { buildPackages } from './lib/build.mjs'
import { checkNode, ensureDependencies } from './lib/dependencies.mjs'
import { ROOT } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { ensureSystemPackages } from './lib/system-packages.mjs'
import { report } from './lib/user-error.mjs'

/** Sets up what is missing, then measures. Exits 1 only if something could not be run. */
try {
  checkNode()
  await ensureDependencies(console.log)
  await ensureSystemPackages(console.log)
  await buildPackages(console.log)
  const args = [join(ROOT, 'bench/run.mjs'), ...process.argv.slice(2)]
  process.exitCode = (await run(process.execPath, args)).code ?? 1
} catch (error) {
  report(error)
  process.exitCode = 1
}
