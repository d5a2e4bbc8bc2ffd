import { createHash } from 'node:crypto'

const MOST_KEYS = 10_000

/**
 * Says whether something is to be written down now: once in so many seconds for each key. Whoever
 * floods us with refusals shall not flood the audit log.
 */
export function createSampler(seconds: number, now: () => number = () => performance.now() / 1000) {
  const until = new Map<string, number>()
  return (key: string): boolean => {
    const hash = createHash('sha256').update(key).digest('base64')
    const at = now()
    if ((until.get(hash) ?? 0) > at) return false
    // Keys are in the order in which they end; with too many the oldest is told again too soon.
    until.delete(hash)
    for (const [known, end] of until) {
      if (end > at && until.size < MOST_KEYS) break
      until.delete(known)
    }
    until.set(hash, at + seconds)
    return true
  }
}
