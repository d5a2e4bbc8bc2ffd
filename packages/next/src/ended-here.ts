/** Longer than any answer to a refresh is kept. */
const REMEMBERED_MS = 120_000

const ENDED = Symbol.for('countersign.next.ended')

/**
 * Sessions that were signed out in this process, each with the time until which that is remembered.
 * Next loads this module for `proxy.ts` and again for routes; the one signs out, the other refreshes.
 */
function endings(): Map<string, number> {
  const holder = globalThis as { [ENDED]?: Map<string, number> }
  holder[ENDED] ??= new Map()
  return holder[ENDED]
}

/** Whether a session was signed out here a moment ago: no answer that was kept brings it back. */
export function hasEndedHere(sessionId: string): boolean {
  return (endings().get(sessionId) ?? 0) > performance.now()
}

/** To be called before the backend is told of a sign-out. */
export function rememberEnd(sessionId: string): void {
  const ended = endings()
  for (const [id, until] of ended) {
    if (until > performance.now()) break
    ended.delete(id)
  }
  ended.set(sessionId, performance.now() + REMEMBERED_MS)
}
