import type { Line } from './call.js'

/** What a function of the application returns; null if it throws, which must not become a crash. */
export function guard<T>({ settings }: Line, name: string, ask: () => T): T | null {
  try {
    return ask()
  } catch (error) {
    // Its message may hold what it was given.
    const kind = error instanceof Error ? error.name : 'something'
    settings.logger.warn(`countersign: restBackend: ${name} threw ${kind}`)
    return null
  }
}
