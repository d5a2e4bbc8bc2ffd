#!/usr/bin/env node
import { createProgram } from './cli/program.js'

try {
  await createProgram().parseAsync()
} catch (error) {
  process.stderr.write(`countersign: ${sentence(error)}\n`)
  process.exitCode = 1
}

/** Several failed connections in one error have no message, but a code. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  return error.message || String(code ?? error.name)
}
