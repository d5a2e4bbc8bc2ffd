import { lazyContext } from './context.js'
import { createDataAccess, type DataAccess } from './data-access.js'
import { createHandlers, type Handlers } from './handlers.js'
import { remember } from './inside.js'
import { type CountersignProxy, createProxy, type ProxyStep } from './proxy.js'
import { type CountersignOptions, checkOptionNames } from './settings.js'

/** Everything a Next.js application needs on its server. */
export interface Countersign extends DataAccess {
  /** `export const { proxy } = …` in `proxy.ts`. */
  readonly proxy: CountersignProxy
  /** The same for Next 15: `export const { middleware } = …` in `middleware.ts`, on `runtime: 'nodejs'`. */
  readonly middleware: CountersignProxy
  /** A proxy that runs your own step after the refresh: `export const proxy = withProxy(step)`. */
  readonly withProxy: (step: ProxyStep) => CountersignProxy
  /** `export const { GET, POST, PATCH, DELETE } = handlers` in `app/api/auth/[...countersign]/route.ts`. */
  readonly handlers: Handlers
}

/**
 * Countersign for a Next.js application. Every option may come from the environment instead.
 *
 * Unknown options throw `TypeError` here. Values are validated at the first request, not at import,
 * because `next build` imports this where the environment of the deployment is not set; a `TypeError`
 * then names the variable.
 *
 * @example
 * export const { proxy, handlers, getSession, apiFetch, requireRole } = createCountersign()
 */
export function createCountersign(options: CountersignOptions = {}): Countersign {
  checkOptionNames(options)
  const context = lazyContext(options)
  const proxy = createProxy(context)
  const app: Countersign = {
    proxy,
    middleware: proxy,
    withProxy: (step) => createProxy(context, step),
    handlers: createHandlers(context),
    ...createDataAccess(context),
  }
  return remember(app, { context, options })
}
