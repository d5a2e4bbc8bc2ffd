import type { Runtime } from './runtime.js'
import {
  type ClientUser,
  readTokenFacts,
  type TokenAnswer,
  type TokenFacts,
} from './token-answer.js'

/** What an application may know about the session. The same object until something changes. */
export type ClientState =
  | { readonly status: 'loading'; readonly user: null }
  | { readonly status: 'signed_in'; readonly user: ClientUser }
  /** `reason` says why, where the session ended by itself: `idle_timeout`, `refresh_reused` … */
  | { readonly status: 'signed_out'; readonly user: null; readonly reason?: string }

/** The access token in memory. Deadlines by both clocks; the earlier one counts. */
export interface HeldToken extends TokenFacts {
  readonly accessToken: string
  readonly user: ClientUser
  readonly deadline: number
  readonly wallDeadline: number
}

/** The one place of a tab that holds the token and the state. */
export interface Store {
  readonly current: () => HeldToken | null
  readonly state: () => ClientState
  /** Grows with every sign-out and sign-in; an answer to an older question is void. */
  readonly epoch: () => number
  /** Takes a token unless it is older than the present one or of a session that ended here. */
  readonly accept: (answer: TokenAnswer, options?: { replace: boolean }) => boolean
  /** Signs out. With a session id only if that is the session held; it can never come back. */
  readonly end: (options: { reason?: string | undefined; sessionId?: string | undefined }) => void
  readonly subscribe: (listener: () => void) => () => void
}

/** Seconds for which a token is still good; not above zero when it is not. */
export function remainingSeconds(token: HeldToken, runtime: Runtime): number {
  return Math.min(token.deadline - runtime.now(), token.wallDeadline - runtime.wallNow())
}

export function createStore(runtime: Runtime): Store {
  let current: HeldToken | null = null
  let state: ClientState = { status: 'loading', user: null }
  let epoch = 0
  const endedSessions = new Set<string>()
  const listeners = new Set<() => void>()

  const show = (next: ClientState) => {
    if (isSame(state, next)) return
    state = next
    for (const listener of [...listeners]) listener()
  }

  return {
    current: () => current,
    state: () => state,
    epoch: () => epoch,
    accept: (answer, { replace } = { replace: false }) => {
      const token = hold(answer, runtime)
      if (!token || endedSessions.has(token.sessionId)) return false
      if (!replace && current && token.issuedAt < current.issuedAt) return false
      if (current && current.sessionId !== token.sessionId) endedSessions.add(current.sessionId)
      if (replace) epoch += 1
      current = token
      show({ status: 'signed_in', user: token.user })
      return true
    },
    end: ({ reason, sessionId }) => {
      const ended = sessionId ?? current?.sessionId
      if (ended !== undefined) endedSessions.add(ended)
      if (sessionId !== undefined && current?.sessionId !== sessionId) return
      epoch += 1
      current = null
      show({ status: 'signed_out', user: null, ...(reason === undefined ? {} : { reason }) })
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Counts from receipt, so a client clock that is hours off changes nothing. */
function hold(answer: TokenAnswer, runtime: Runtime): HeldToken | null {
  const facts = readTokenFacts(answer.accessToken)
  if (!facts) return null
  return {
    ...facts,
    accessToken: answer.accessToken,
    user: answer.user,
    deadline: runtime.now() + answer.expiresIn,
    wallDeadline: runtime.wallNow() + answer.expiresIn,
  }
}

function isSame(one: ClientState, other: ClientState): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
