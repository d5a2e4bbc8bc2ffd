import type { Browser } from 'playwright-core'
import { openBrowser } from '../harness/browser.js'
import { measure, type Result } from './driver.js'
import { GESTURES, type Gesture } from './gestures.js'
import { createJarUser } from './jar-user.js'
import type { System } from './system.js'
import { createTabUser, type TabUserOptions } from './tab-user.js'

export type { Result } from './driver.js'
export { GESTURES } from './gestures.js'

/** How much is measured. */
export interface LabOptions {
  /** Of every gesture. */
  readonly expiries: number
  readonly jarUsers: number
  readonly tabUsers: number
  readonly gestures?: readonly Gesture[]
  /** Prepares the browser of every user with tabs. */
  readonly prepare?: TabUserOptions['prepare']
}

/** What was measured in one system. */
export interface Findings {
  readonly name: string
  readonly instances: number
  readonly results: readonly Result[]
}

/** Starts a system, has its users make the gestures, and ends it. */
export async function runLab(
  start: () => Promise<System>,
  { gestures = GESTURES, prepare, ...crowd }: LabOptions,
): Promise<Findings> {
  const system = await start()
  let browser: Browser | undefined
  const names = numbered('user')
  try {
    const { origin, quietPath, name, instances } = system
    browser = gestures.some(({ kind }) => kind === 'tabs') ? await openBrowser() : undefined
    const results = await measure(system, gestures, {
      ...crowd,
      openJar: async () => createJarUser({ name: names(), origin }),
      openTabs: () =>
        createTabUser(browser as Browser, { name: names(), origin, quietPath, prepare }),
    })
    return { name, instances, results }
  } finally {
    await browser?.close()
    await system.stop()
  }
}

/** One name after another. */
function numbered(word: string): () => string {
  let last = 0
  return () => {
    last += 1
    return `${word}-${last}`
  }
}
