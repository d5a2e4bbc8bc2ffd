import { spawn } from 'node:child_process'
import { once } from 'node:events'

const CLI = new URL('../dist/cli.js', import.meta.url).pathname

/** The built command in a process of its own, with no environment but `env`. */
export function start(args: readonly string[], env: Record<string, string> = {}) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [CLI, ...args], { env: { PATH, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }))
  return { child, output, ended }
}

export const run = (args: readonly string[], env?: Record<string, string>) => start(args, env).ended
