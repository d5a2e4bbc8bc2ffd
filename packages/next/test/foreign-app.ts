import {
  type CountersignOptions,
  createCountersign,
  type RestBackendOptions,
} from '../src/index.js'
import { memoryReplayStore } from '../src/rest/replay-store.js'
import { restBackend } from '../src/rest-backend.js'
import { Browser, ORIGIN, SECRET } from './browser.js'
import { type ForeignBackend, startForeignBackend } from './foreign-backend.js'

/** What an application in front of a foreign backend is made of. */
export interface ForeignApp {
  readonly backend: ForeignBackend
  readonly browser: Browser
  readonly warnings: string[]
  readonly clock: { seconds: number }
}

interface Options {
  readonly rest?: Partial<RestBackendOptions>
  readonly app?: CountersignOptions
  /** Another instance of the same application. */
  readonly beside?: ForeignApp
}

const backends: ForeignBackend[] = []

/** Closes what `setUpForeign` started. */
export async function closeForeign(): Promise<void> {
  for (const backend of backends.splice(0)) await backend.close()
}

export async function setUpForeign({ rest = {}, app = {}, beside }: Options = {}) {
  const backend = beside?.backend ?? (await startForeignBackend())
  if (!beside) backends.push(backend)
  const clock = beside?.clock ?? { seconds: 1_800_000_000 }
  const warnings: string[] = []
  const countersign = createCountersign({
    backend: restBackend({ url: backend.url, replay: memoryReplayStore(), ...rest }),
    origin: ORIGIN,
    cookieSecret: SECRET,
    now: () => clock.seconds,
    timeoutSeconds: 30, // on a machine that has other things to do
    logger: { warn: (message: string) => warnings.push(message) },
    ...app,
  })
  return { app: countersign, backend, browser: new Browser(countersign), warnings, clock }
}
