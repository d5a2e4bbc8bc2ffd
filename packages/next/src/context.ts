import { BASE_PATH } from '@countersign/core'
import { createVerifier, type Verifier } from '@countersign/verify'
import { createRefresh, type Refresh } from './refresh.js'
import { type CountersignOptions, resolveSettings, type Settings } from './settings.js'

/** What one `createCountersign` shares between its parts. */
export interface Context {
  readonly settings: Settings
  readonly refresh: Refresh
  readonly verifier: Verifier
}

/**
 * The context, made at its first use: `next build` imports every module, and the environment of a
 * deployment is often not there yet. Throws `TypeError` naming the missing or wrong variable.
 */
export function lazyContext(options: CountersignOptions): () => Context {
  let context: Context | undefined
  return () => {
    context ??= createContext(resolveSettings(options, process.env))
    return context
  }
}

function createContext(settings: Settings): Context {
  const { issuer, audience, algorithms, now, fetch, logger, maxLifetimeSeconds } = settings
  const verifier = createVerifier({
    ...{ issuer, audience, algorithms, now, fetch },
    ...(maxLifetimeSeconds === undefined ? {} : { maxLifetimeSeconds }),
    jwksUri: `${settings.server}${BASE_PATH}/jwks`,
    onWarning: ({ message }) => logger.warn(`countersign: ${message}`),
  })
  return { settings, refresh: createRefresh(settings), verifier }
}
