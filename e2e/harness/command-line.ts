import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../scripts/lib/paths.mjs'
import type { Stack } from './stack.js'

/** Runs the command line of the auth server against its database, as an operator does. */
export async function countersign(stack: Stack, ...args: readonly string[]): Promise<void> {
  const cli = join(ROOT, 'packages/server/dist/cli.js')
  const env = { PATH: process.env.PATH, DATABASE_URL: stack.postgres?.url }
  await promisify(execFile)(process.execPath, [cli, ...args], { env })
}
