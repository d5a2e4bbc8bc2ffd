import type { Answer, User } from './user.js'

/** Something a user does, or their browser for them. */
export type Move = (user: User) => Promise<unknown>

/** What can be done in an application, as far as it can. */
export interface Moves {
  /** What the browser client does for an access token. */
  readonly ask: (user: User) => Promise<Answer>
  /** The same, and the response never arrives. */
  readonly loseAnswer: Move
  /** A page with a server component that asks for the session. */
  readonly page?: Move
  readonly pageAndAsk?: Move
  /** A page whose server components ask three times, and the browser. */
  readonly threeReadsAndAsk?: Move
  /** A page with a server component, behind the proxy that refreshes. */
  readonly proxiedPage?: Move
  /** A page behind that proxy which does not ask. */
  readonly proxiedPlainPage?: Move
  /** What `<Link>` does when it comes into view. */
  readonly prefetch?: (user: User, count: number) => Promise<unknown>
  /** A route handler that may write cookies. */
  readonly handler?: Move
  readonly readingHandler?: Move
  /** Opens a page with a server action; resolves to what sends it. */
  readonly openForm?: (user: User) => Promise<() => Promise<unknown>>
}

/** Whether a user is signed in: for so many seconds yet, or why not. */
export type Check = { readonly seconds: number } | { readonly why: string }

/** A web application with its backend, running. */
export interface System {
  readonly name: string
  /** Of its web servers or, for a page without one, of its auth servers. */
  readonly instances: number
  readonly origin: string
  /** A page whose scripts ask for the session. */
  readonly pagePath: string
  /** A page of that origin in which no script asks for anything. */
  readonly quietPath: string
  readonly accessSeconds: number
  /** How long a refresh token that was replaced may come back as if nothing had happened. */
  readonly graceSeconds: number
  readonly moves: Moves
  /** Makes the user somebody new who has just signed in. */
  signIn(user: User): Promise<void>
  /** One request to the application for an access token, and one to the backend: does it accept that? */
  check(user: User): Promise<Check>
  /** When the backend was asked for refreshes of this user. Milliseconds since 1970. */
  refreshesOf(user: User): readonly number[]
  /** From now on, or no longer, the backend answers this user with errors of its own. */
  failFor(user: User, isFailing: boolean): void
  /** Ends the backend and starts it again. */
  restartBackend(): Promise<void>
  stop(): Promise<void>
  /** What its processes said last. */
  said(): string
}
