import type { TerminalCode } from '@countersign/core'
import type { Caller, ServerReply } from './auth-server.js'
import type { SealedSession } from './sealed-session.js'

/** How a sign-in or sign-up went. `pending`: the address has to be confirmed by mail first. */
export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly status: number; readonly session: SealedSession }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly reply: ServerReply }

/** How a refresh went. Only `ended` is final; `unavailable` keeps everything as it is. */
export type RefreshOutcome =
  | { readonly kind: 'renewed'; readonly session: SealedSession }
  | { readonly kind: 'ended'; readonly code: TerminalCode; readonly reason: string | undefined }
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number | undefined }

type Body = Readonly<Record<string, unknown>>

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
}
