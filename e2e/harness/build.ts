import { buildPackages } from '../../scripts/lib/build.mjs'
import { buildExamples } from '../../scripts/lib/examples.mjs'

/** Builds what the tests run, unless nothing has changed since the last build. */
export async function setup(): Promise<void> {
  await buildPackages(console.log)
  await buildExamples(console.log)
}
