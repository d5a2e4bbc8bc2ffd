import type { Settings } from './options.js'
import { type Runtime, stopwatch } from './runtime.js'
import type { Store } from './store.js'
import { parseTokenAnswer } from './token-answer.js'

/**
 * What happens to the session in this tab, and by that in every other tab of this origin. They get
 * the value itself: a signal would make each of them ask.
 */
export interface Tabs extends Pick<Store, 'accept' | 'end'> {
  /** Listens to the others and talks to them from now on; returns how to stop. */
  readonly open: () => () => void
}

export function connectTabs(settings: Settings, store: Store): Tabs {
  let channel: ReturnType<Runtime['openChannel']>
  return {
    open: () => {
      channel = settings.openChannel(`countersign:${settings.tokenUrl}`, (message) =>
        receive(message, { settings, store }),
      )
      return () => channel?.close()
    },
    accept: (answer, arrival) => {
      const isTaken = store.accept(answer, arrival)
      if (isTaken) {
        const { replace } = arrival
        const expiresIn = store.token?.remaining()
        channel?.postMessage({ ...answer, expiresIn, replace, sentAt: settings.wallNow() })
      }
      return isTaken
    },
    end: (end) => {
      store.end(end)
      channel?.postMessage({ end })
    },
  }
}

/** Only scripts of this origin can post here; the shape is checked because versions may differ. */
function receive(
  message: unknown,
  { settings, store }: { settings: Settings; store: Store },
): void {
  const { replace, sentAt, end } = Object(message)
  const answer = parseTokenAnswer(message)
  if (answer) {
    // A frozen tab receives its messages late, by a clock that all tabs have in common.
    const delay = Math.max(0, settings.wallNow() - sentAt)
    const watch = stopwatch(settings)
    store.accept(answer, { replace, age: () => delay + watch() })
  }
  if (end) store.end(end)
}
