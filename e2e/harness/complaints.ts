import type { BrowserContext } from 'playwright-core'

/** Errors and warnings of all pages of a browser profile: exceptions, hydration, blocked content. */
export interface Complaints {
  /** All but the expected ones. */
  unexpected(...expected: readonly RegExp[]): readonly string[]
}

/** Starts to listen. */
export function collectComplaints(context: BrowserContext): Complaints {
  const found: string[] = []
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    found.push(`${message.type()}: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => found.push(`exception: ${error.error().message}`))
  return {
    unexpected: (...expected) =>
      found.filter((complaint) => !expected.some((pattern) => pattern.test(complaint))),
  }
}
