import type { Page } from 'playwright-core'

/** A tab that can be put to sleep, as by the lid of a laptop. */
export interface SleepyTab {
  readonly page: Page
  /** From now on none of its scripts runs: no timer, no answer to a request. Time goes on. */
  sleep(): Promise<void>
  /** Whatever is overdue happens at once. */
  wake(): Promise<void>
}

/** Halts scripts as a debugger does. Freezing pages is refused by a browser that shows them. */
export async function sleepyTab(page: Page): Promise<SleepyTab> {
  const devtools = await page.context().newCDPSession(page)
  return {
    page,
    async sleep() {
      await devtools.send('Debugger.enable')
      await devtools.send('Debugger.pause')
    },
    async wake() {
      await devtools.send('Debugger.disable')
    },
  }
}
