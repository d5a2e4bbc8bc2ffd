import type { Locks } from './runtime.js'

/** Longest wait for the lock. A frozen tab may hold it for ever; going on without is safe. Seconds. */
const LOCK_TIMEOUT_SECONDS = 5

/**
 * Runs under a Web Lock of this origin, or without one when there are none or it cannot be had in
 * time. The lock only saves requests, so nothing depends on it.
 */
export async function withLock<T>(
  name: string,
  options: {
    locks: Locks | undefined
    setTimer: (run: () => void, seconds: number) => () => void
    run: () => Promise<T>
  },
): Promise<T> {
  const { locks, setTimer, run } = options
  if (!locks) return run()
  const waiting = new AbortController()
  const stopWaiting = setTimer(() => waiting.abort(), LOCK_TIMEOUT_SECONDS)
  let started = false
  try {
    return await locks.request(name, { signal: waiting.signal }, () => {
      started = true
      stopWaiting()
      return run()
    })
  } catch (error) {
    stopWaiting()
    if (started) throw error
    return run()
  }
}
