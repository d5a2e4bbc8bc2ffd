import { type Runtime, stopwatch } from './runtime.js'
import type { ClientUser, TokenAnswer } from './token-answer.js'

/** What an application may know about the session. The same object until something changes. */
export type ClientState =
  | { readonly status: 'loading'; readonly user: null; readonly reason?: undefined }
  /** `isEnding`: the session ends within a minute, and nothing puts that off. */
  | {
      readonly status: 'signed_in'
      readonly user: ClientUser
      readonly reason?: undefined
      readonly isEnding?: true | undefined
    }
  /** `reason` says why, where the session ended by itself: `idle_timeout`, `refresh_reused` … */
  | { readonly status: 'signed_out'; readonly user: null; readonly reason?: string | undefined }

/** The access token in memory. */
export interface HeldToken extends TokenAnswer {
  /** Seconds for which it is still good; not above zero when it is not. */
  readonly remaining: () => number
  /** Seconds, by the issuer's clock. */
  readonly lifetime: number
  /** Seconds before its end at which it counts as old: a minute, or a tenth of a short life. */
  readonly margin: number
  /** From 0 to 1, drawn for this token: the share of the jitter by which its refresh is early. */
  readonly luck: number
}

/** How a token came. */
export interface Arrival {
  /** Seconds since the server was asked for it, which is before `expiresIn` was true. */
  readonly age?: () => number
  /** It counts whatever was held: somebody signed in. */
  readonly replace?: boolean
}

/** The end of the session with that id, else of the one held. */
export interface End {
  readonly reason?: string | undefined
  readonly sid?: string | undefined
}

/** The one place of a tab that holds the token and the state. */
export interface Store {
  readonly token: HeldToken | null
  readonly state: ClientState
  /** Grows with every sign-out and sign-in; an answer to an older question is void. */
  readonly epoch: number
  /** Takes a token unless it is older than a good one, or of a session that ended here. */
  readonly accept: (answer: TokenAnswer, arrival: Arrival) => boolean
  /** Signs out, unless another session is meant than the one held. It can never come back. */
  readonly end: (end: End) => void
  readonly subscribe: (listener: () => void) => () => void
}

type Changing<T> = { -readonly [K in keyof T]: T[K] }

export function createStore(runtime: Runtime): Store {
  const endedSessions = new Set<string | undefined>()
  const listeners = new Set<() => void>()
  const show = (state: ClientState) => {
    if (JSON.stringify(store.state) === JSON.stringify(state)) return
    store.state = state
    for (const listener of [...listeners]) listener()
  }
  const store: Changing<Store> = {
    token: null,
    state: { status: 'loading', user: null },
    epoch: 0,
    accept: (answer, { age = stopwatch(runtime), replace }) => {
      const held = store.token
      const isOlder = held && answer.iat < held.iat && held.remaining() > 0
      if (endedSessions.has(answer.sid) || (isOlder && !replace)) return false
      if (held?.sid !== answer.sid) endedSessions.add(held?.sid)
      if (replace) store.epoch += 1
      const lifetime = answer.exp - answer.iat
      store.token = {
        ...answer,
        lifetime,
        margin: Math.min(60, lifetime / 10),
        remaining: () => answer.expiresIn - age(),
        luck: runtime.random(),
      }
      show({ status: 'signed_in', user: answer.user, isEnding: answer.isEnding })
      return true
    },
    end: ({ reason, sid = store.token?.sid }) => {
      endedSessions.add(sid)
      if (sid !== store.token?.sid) return
      store.epoch += 1
      store.token = null
      show({ status: 'signed_out', user: null, reason })
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return store
}
