import { authServerBackend } from './auth-server-backend.js'
import type { Backend } from './backend.js'
import { rememberEnd } from './ended-here.js'
import { createRefresh, type Refresh } from './refresh.js'
import { createNeedOf, type NeedOf } from './refresh-need.js'
import { type CountersignOptions, resolveSettings, type Settings } from './settings.js'
import { verifierFor } from './verifier.js'

/** What one `createCountersign` shares between its parts. */
export interface Context {
  readonly settings: Settings
  readonly backend: Backend
  readonly refresh: Refresh
  readonly needOf: NeedOf
  /** `signOut` of the backend, after which no late request of the session is answered from memory. */
  readonly signOut: Backend['signOut']
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
  const backend = settings.backend?.(settings) ?? authServerBackend(settings, verifierFor(settings))
  const needOf = createNeedOf(settings, backend)
  const refresh = createRefresh(backend, { settings, needOf })
  const signOut: Backend['signOut'] = (session) => {
    rememberEnd(session.sessionId)
    return backend.signOut(session)
  }
  return { settings, backend, needOf, refresh, signOut }
}
