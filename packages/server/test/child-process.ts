import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const PACKAGE = new URL('../', import.meta.url)

/**
 * Processes run what was built. Building again costs a moment when nothing has changed. Errors of
 * types are for another check to find: the files are written all the same.
 */
export async function build(): Promise<void> {
  const tsc = new URL('../../node_modules/.bin/tsc', PACKAGE).pathname
  await promisify(execFile)(tsc, ['-b', PACKAGE.pathname]).catch(() => {})
}

/** A Node process that runs `code`, in which `$dist` is the built package. */
export function startChild(code: string) {
  const dist = new URL('dist', PACKAGE).href
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', code.replaceAll('$dist', dist)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'close')
  return {
    pid: child.pid ?? 0,
    /** The next line that it prints; undefined once it has ended. */
    async line(): Promise<string | undefined> {
      const { value, done } = await lines.next()
      return done ? undefined : value
    },
    say: (text: string) => void child.stdin.write(`${text}\n`),
    /** As a crash, an out-of-memory kill or a power cut would: without a chance to clean up. */
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
    /** Closes its input, which it may wait for, and waits for its end. */
    async finish(): Promise<void> {
      child.stdin.end()
      await ended
    },
  }
}
