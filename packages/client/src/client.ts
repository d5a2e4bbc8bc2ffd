import type { ClientState } from './store.js'

/** What a person signs in with. */
export interface Credentials {
  readonly email: string
  readonly password: string
  /** False: the session ends with the browser, and after a day. True by default. */
  readonly remember?: boolean
}

/** What a person creates an account with. */
export interface NewAccount extends Credentials {
  readonly name?: string
}

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
  /** Signs in, in every tab. Rejects with `ClientError`, such as `invalid_credentials`. */
  readonly signIn: (credentials: Credentials) => Promise<ClientState>
  /** Creates an account and signs in; still signed out if the address has to be confirmed first. */
  readonly signUp: (account: NewAccount) => Promise<ClientState>
  /**
   * Takes the body of a sign-in or sign-up answer that came by another way, for all tabs. Throws
   * `ClientError` `service_unavailable` for anything else.
   */
  readonly adopt: (answer: unknown) => void
  /** Asks the server who is signed in now, such as after a sign-in that this client did not see. */
  readonly refresh: () => Promise<ClientState>
  /**
   * Signs out in all tabs. Rejects with `ClientError` when the server could not be told: then this
   * browser is still signed in for the next page.
   */
  readonly signOut: () => Promise<void>
  /** Stops timers and listeners; the next use starts them again. */
  readonly close: () => void
}
