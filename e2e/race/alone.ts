import type { BrowserContext } from 'playwright-core'

/** What our client's bundle says of its single flight; minifiers keep the names of properties. */
const SHARES = /singleFlight:(!0|true)/g

/** Scripts that were changed, by all browsers so far. */
export interface Alone {
  readonly prepare: (context: BrowserContext) => Promise<void>
  readonly changedScripts: () => number
}

/**
 * The test switch: browsers without Web Locks and without channels between tabs, in which every
 * caller of our client asks for itself.
 */
export function everybodyAlone(): Alone {
  let changed = 0
  return {
    changedScripts: () => changed,
    async prepare(context) {
      await context.addInitScript(withoutTabs)
      await context.route('**/*.js', async (route) => {
        const response = await route.fetch()
        const script = await response.text()
        const body = script.replace(SHARES, 'singleFlight:!1')
        if (body !== script) changed += 1
        await route.fulfill({ response, body })
      })
    },
  }
}

/** Runs in every page, before its own scripts. */
function withoutTabs(): void {
  Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })
  Reflect.deleteProperty(globalThis, 'BroadcastChannel')
}
