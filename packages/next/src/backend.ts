import type { TerminalCode } from '@countersign/core'
import type { Caller, ServerReply } from './auth-server.js'
import type { SealedSession } from './sealed-session.js'

/**
 * How a sign-in or sign-up went. `pending`: the address has to be confirmed by mail first;
 * `second-factor`: the password was right, and `challenge` is what the next step presents.
 */
export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly status: number; readonly session: SealedSession }
  | {
      readonly kind: 'second-factor'
      readonly challenge: string
      readonly methods: readonly string[]
    }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly reply: ServerReply }

/** How a refresh went. Only `ended` is final; `unavailable` keeps everything as it is. */
export type RefreshOutcome =
  | { readonly kind: 'renewed'; readonly session: SealedSession }
  | { readonly kind: 'ended'; readonly code: TerminalCode; readonly reason: string | undefined }
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number | undefined }

type Body = Readonly<Record<string, unknown>>

/** A call of an account route that is handed on as it came. `path` is below the base path. */
export interface AccountCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: Body
  /** On whose behalf; left out where no session is needed. */
  readonly session?: SealedSession
  readonly caller: Caller
}

/**
 * Who owns the accounts and hands out the tokens: the one place that knows its paths and the form of
 * its answers. Nothing here throws for what it answers, or for its silence.
 */
export interface Backend {
  readonly signIn: (body: Body, caller: Caller) => Promise<SignInOutcome>
  readonly signUp: (body: Body, caller: Caller) => Promise<SignInOutcome>
  readonly refresh: (session: SealedSession, caller: Caller) => Promise<RefreshOutcome>
  /** Ends the session there, as far as it answers in time. */
  readonly signOut: (session: SealedSession) => Promise<void>
  readonly me: (session: SealedSession) => Promise<ServerReply>
  /** The user's devices. */
  readonly sessions: (session: SealedSession) => Promise<ServerReply>
  /** Signs out one device. */
  readonly revoke: (session: SealedSession, id: string) => Promise<ServerReply>
  /** Signs out every other device. */
  readonly revokeOthers: (session: SealedSession) => Promise<ServerReply>
  /** The step between password and session. Without it those routes are 404. */
  readonly secondFactor?: (
    body: Body & { remember: boolean },
    caller: Caller,
  ) => Promise<SignInOutcome>
  /** Recovery, second factor, administration. Without it those routes are 404. */
  readonly account?: (call: AccountCall) => Promise<ServerReply>
}
