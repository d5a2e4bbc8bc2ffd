import { createAuthorizedFetch } from './authorized-fetch.js'
import { call } from './call.js'
import type { Client, Credentials } from './client.js'
import { ClientError } from './errors.js'
import { withLock } from './lock.js'
import { type ClientOptions, resolveOptions } from './options.js'
import { createRefresh, heldToken, type Refresh } from './refresh.js'
import type { Runtime } from './runtime.js'
import { startSchedule } from './schedule.js'
import { createStore } from './store.js'
import { connectTabs } from './tabs.js'
import { parseTokenAnswer } from './token-answer.js'

/**
 * Makes a client for given surroundings. Tests come here to stand in for parts of a browser, and to
 * switch off what only saves requests: `locks`, `openChannel`, `singleFlight`.
 */
export function assembleClient(options: ClientOptions, runtime: Runtime): Client {
  const settings = resolveOptions(options, runtime)
  const store = createStore(settings)
  const tabs = connectTabs(settings, store)
  const refresh = createRefresh(settings, { store, tabs })
  let stop: (() => void)[] | undefined
  const start = () => {
    stop ??= [tabs.open(), startSchedule(settings, { store, refresh })]
  }

  /** As `refresh`, but content with a token that is still valid, and with being signed out. */
  const obtain: Refresh = async (wish = {}) => {
    start()
    if (store.state.status === 'signed_out') return null
    return refresh(wish).catch((error) => {
      const token = heldToken(store, wish, 0)
      if (token) return token
      throw error
    })
  }
  const enter = (body: unknown): boolean => {
    start()
    const answer = parseTokenAnswer(body)
    return !!answer && tabs.accept(answer, { replace: true })
  }
  const signIn = async (route: 'login' | 'signup', body: Credentials) => {
    // Not while a refresh is under way, whose cookie might replace the new one.
    enter(await withLock(settings, () => call(settings, { route, body })))
    return store.state
  }

  return {
    getAccessToken: async (wish) => (await obtain(wish))?.accessToken ?? null,
    fetch: createAuthorizedFetch(settings, obtain),
    getState: () => store.state,
    subscribe: (listener) => {
      start()
      return store.subscribe(listener)
    },
    signIn: (credentials) => signIn('login', credentials),
    signUp: (account) => signIn('signup', account),
    adopt: (body) => {
      if (!enter(body)) throw new ClientError()
    },
    refresh: async () => {
      start()
      await refresh({ anew: true })
      return store.state
    },
    signOut: async () => {
      try {
        // The server comes first, or a tab that navigates at once would still be signed in.
        await call(settings, { route: 'logout' })
      } finally {
        start()
        tabs.end({ reason: 'signed_out' })
      }
    },
    close: () => {
      for (const end of stop ?? []) end()
      stop = undefined
    },
  }
}
