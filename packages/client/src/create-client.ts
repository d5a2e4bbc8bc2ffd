import { createAuthorizedFetch } from './authorized-fetch.js'
import { ClientError } from './errors.js'
import { type ClientOptions, resolveOptions, type Settings } from './options.js'
import { createRefresh, type Refresh } from './refresh.js'
import { createSchedule } from './schedule.js'
import { signOut } from './sign-out.js'
import { type ClientState, createStore, remainingSeconds, type Store } from './store.js'
import { connectTabs, type Tabs } from './tabs.js'
import { parseTokenAnswer, readTokenFacts } from './token-answer.js'

/** The session of this browser, as one tab sees it. The access token stays in memory. */
export interface Client {
  /**
   * A valid access token, or null when signed out. `not` names a token that was refused and asks
   * for another. Rejects with `ClientError` when the server cannot be reached and no valid token is
   * left.
   */
  readonly getAccessToken: (options?: { not?: string }) => Promise<string | null>
  /** `fetch` with the access token for the configured origins. */
  readonly fetch: typeof globalThis.fetch
  readonly getState: () => ClientState
  /** Calls the listener after each change of the state; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void
  /** Takes the body of a sign-in or sign-up answer, for all tabs. Throws `ClientError` `invalid_answer`. */
  readonly adopt: (answer: unknown) => void
  /** Asks the server who is signed in now, such as after a sign-in that this client did not see. */
  readonly refresh: () => Promise<ClientState>
  /**
   * Signs out in all tabs. Rejects with `ClientError` when the web server could not be told: then
   * this browser is still signed in for the next page.
   */
  readonly signOut: () => Promise<void>
  readonly close: () => void
}

/**
 * Makes the client. It does nothing until it is first used, so that it may be created where a page
 * is rendered on a server.
 *
 * @example
 * const client = createClient({ apis: ['https://api.example.com'] })
 * const response = await client.fetch('https://api.example.com/tasks')
 */
export function createClient(options: ClientOptions = {}): Client {
  const settings = resolveOptions(options)
  const store = createStore(settings.runtime)
  let live: Live | undefined
  const session = () => {
    live ??= goLive(settings, store)
    return live
  }
  return {
    getAccessToken: async ({ not } = {}) => {
      const wish = not === undefined ? {} : { not: readTokenFacts(not)?.tokenId }
      return (await session().obtain(wish))?.accessToken ?? null
    },
    fetch: createAuthorizedFetch(settings, (wish) => session().obtain(wish)),
    getState: store.state,
    subscribe: (listener) => {
      session()
      return store.subscribe(listener)
    },
    adopt: (answer) => {
      const parsed = parseTokenAnswer(answer)
      if (!parsed || !store.accept(parsed, { replace: true }))
        throw new ClientError('invalid_answer')
      session().tabs.shareToken({ replace: true })
    },
    refresh: async () => {
      await session().refresh({ anew: true })
      return store.state()
    },
    signOut: () => signOut(settings, { store, tabs: session().tabs }),
    close: () => live?.close(),
  }
}

/** The parts that exist once the client is used. */
interface Live {
  readonly tabs: Tabs
  readonly refresh: Refresh
  /** As `refresh`, but content with a token that is still valid, and with being signed out. */
  readonly obtain: Refresh
  readonly close: () => void
}

function goLive(settings: Settings, store: Store): Live {
  const { runtime } = settings
  const tabs = connectTabs(`countersign:${settings.tokenUrl}`, { store, runtime })
  const refresh = createRefresh({ settings, store, tabs })
  const schedule = createSchedule({ settings, store, refresh })
  const stopArming = store.subscribe(schedule.arm)
  schedule.start()
  return {
    tabs,
    refresh,
    obtain: async (wish = {}) => {
      if (store.state().status === 'signed_out') return null
      try {
        return await refresh(wish)
      } catch (error) {
        const token = store.current()
        const isValid = token && remainingSeconds(token, runtime) > 0
        if (isValid && token.tokenId !== wish.not) return token
        throw error
      }
    },
    close: () => {
      stopArming()
      schedule.stop()
      tabs.close()
    },
  }
}
