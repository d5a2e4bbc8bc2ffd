import { buildPackages, buildWeb } from '../../scripts/lib/build.mjs'

/** Builds what the tests run, unless nothing has changed since the last build. */
export async function setup(): Promise<void> {
  await buildPackages(console.log)
  await buildWeb(console.log)
}
