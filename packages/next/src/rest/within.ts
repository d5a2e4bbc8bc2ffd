import { setTimeout as sleep } from 'node:timers/promises'

/** What a promise comes to within so many seconds, else `otherwise`. Nobody stops what it waits for. */
export async function within<T, O>(
  promise: Promise<T>,
  seconds: number,
  otherwise: O,
): Promise<T | O> {
  const stop = new AbortController()
  const late = sleep(seconds * 1000, otherwise, { signal: stop.signal }).catch(() => otherwise)
  try {
    return await Promise.race([promise, late])
  } finally {
    stop.abort()
  }
}
