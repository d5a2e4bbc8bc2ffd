import type { Settings } from './options.js'

/** Longest wait for the lock. A frozen tab may hold it for ever; going on without is safe. Seconds. */
const LOCK_TIMEOUT_SECONDS = 5

/**
 * Runs once: under a Web Lock of this origin, or without one when there are none or it cannot be
 * had in time. The lock only saves requests, so nothing depends on it.
 */
export function withLock<T>(
  { locks, timeout, tokenUrl }: Settings,
  run: () => Promise<T>,
): Promise<T> {
  let result: Promise<T> | undefined
  const once = () => {
    result ??= run()
    return result
  }
  const name = `countersign:${tokenUrl}`
  return locks?.request(name, { signal: timeout(LOCK_TIMEOUT_SECONDS) }, once).catch(once) ?? once()
}
