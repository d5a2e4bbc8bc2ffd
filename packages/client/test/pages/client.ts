import { assembleClient } from '../../src/assemble-client.js'
import { createClient } from '../../src/index.js'
import { pageRuntime } from '../../src/runtime.js'

/** What a test finds in the page. */
const hooks = {
  client: createClient({ apis: [location.origin] }),
  /** A client that shares no question and no answer with any other. */
  aloneClient: () =>
    assembleClient(
      {},
      {
        ...pageRuntime(),
        locks: undefined,
        openChannel: () => undefined,
        singleFlight: false,
      },
    ),
  restored: 0,
}
export type Hooks = typeof hooks

window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) hooks.restored += 1
})
Object.assign(window, { hooks })
