import type { TerminalCode } from '@countersign/core'
import type { Caller, ServerReply } from './auth-server.js'
import type { SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/**
 * How a sign-in or sign-up went. `pending`: the address has to be confirmed by mail first;
 * `second-factor`: the password was right, and `challenge` is what the next step presents.
 */
export type SignInOutcome =
  | {
      readonly kind: 'signed-in'
      readonly status: number
      readonly session: SealedSession
      /** For the browser to keep; our auth server alone gives one. */
      readonly deviceToken?: string | undefined
    }
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

/** Whom an access token names. What is missing is taken from the sealed cookie. */
export interface VerifiedUser {
  readonly userId: string
  readonly sessionId?: string | undefined
  readonly email?: string | undefined
  readonly role?: string | undefined
}

/** An account at a provider, whose sign-in this web server has seen itself. */
export interface ExternalIdentity {
  readonly provider: string
  readonly accountId: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name?: string | undefined
  readonly image?: string | undefined
}

/** Sign-in through a provider: the browser goes there, and comes back to this web server with a code. */
export interface SocialSignIn {
  /** Answers `{ url }`: where the browser goes. */
  readonly begin: (
    asked: {
      readonly provider: string
      /** Where the browser comes back. */
      readonly returnTo: string
      /** S256 of a verifier that this browser keeps (RFC 7636). */
      readonly codeChallenge: string
      readonly remember?: boolean
    },
    caller: Caller,
  ) => Promise<ServerReply>
  readonly redeem: (
    grant: { readonly code: string; readonly codeVerifier: string },
    caller: Caller,
  ) => Promise<SignInOutcome>
}

/**
 * Who owns the accounts and hands out the tokens: the one place that knows its paths and the form of
 * its answers. Nothing here throws for what it answers, or for its silence, but `verify`.
 *
 * What is optional and missing answers 404 `not_supported`.
 */
export interface Backend {
  readonly signIn: (body: Body, caller: Caller) => Promise<SignInOutcome>
  readonly signUp: (body: Body, caller: Caller) => Promise<SignInOutcome>
  readonly refresh: (session: SealedSession, caller: Caller) => Promise<RefreshOutcome>
  /** Ends the session there, as far as it answers in time. */
  readonly signOut: (session: SealedSession) => Promise<void>
  readonly me: (session: SealedSession) => Promise<ServerReply>
  /**
   * Whom the session's access token names, after it was checked. Without this function nobody trusts
   * the token: the identity is what the sealed cookie says. Throws an error with a `code`.
   */
  readonly verify?: (session: SealedSession) => Promise<VerifiedUser>
  /** Why the access token would be refused, as far as that is known without asking anybody. */
  readonly refusalOf?: (accessToken: string) => unknown
  /** A session for somebody whom a provider has vouched for. */
  readonly exchange?: (identity: ExternalIdentity, caller: Caller) => Promise<SignInOutcome>
  /** The user's devices. */
  readonly sessions?: (session: SealedSession) => Promise<ServerReply>
  /** Signs out one device. */
  readonly revoke?: (session: SealedSession, id: string) => Promise<ServerReply>
  /** Signs out every other device. */
  readonly revokeOthers?: (session: SealedSession) => Promise<ServerReply>
  /** Sign-in through providers that the backend knows. */
  readonly social?: SocialSignIn
  /** The step between password and session. */
  readonly secondFactor?: (
    body: Body & { remember: boolean },
    caller: Caller,
  ) => Promise<SignInOutcome>
  /** Recovery, second factor, administration. */
  readonly account?: (call: AccountCall) => Promise<ServerReply>
}

/** Makes a backend at the first request, from the options of `createCountersign`. */
export type BackendSource = (settings: Settings) => Backend
