import type { ErrorCode } from '@countersign/core'
import type { Caller } from '../auth-server.js'
import type { ExternalIdentity, VerifiedUser } from '../backend.js'
import { httpUrl } from '../settings.js'
import type { ReplayStore } from './replay-store.js'
import type { RestVerifyOptions } from './verify-key.js'

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>

/** What can be asked of a backend, each at a path of its own. */
export type Operation = (typeof OPERATIONS)[number]

const OPERATIONS = [
  ...(['login', 'signup', 'refresh', 'logout', 'me'] as const),
  ...(['exchange', 'sessions', 'revoke', 'revokeOthers'] as const),
]

/** The body of a request: JSON, or a form for `URLSearchParams`. */
export type RequestBody = Json | URLSearchParams

/** The tokens that a backend gave. Seconds from now. */
export interface RestTokens {
  readonly accessToken?: unknown
  /** Left out by a backend without refresh, and by one whose refresh token stays the same. */
  readonly refreshToken?: unknown
  readonly expiresIn?: unknown
  readonly refreshExpiresIn?: unknown
  /** The user as the backend describes them; `map.user` reads it. */
  readonly user?: unknown
}

/** A user; `id` and `email` have to be there. */
export interface RestUser {
  readonly id?: unknown
  readonly email?: unknown
  readonly name?: unknown
  readonly image?: unknown
  /** `user` where nothing is said. */
  readonly role?: unknown
  readonly emailVerified?: unknown
  readonly createdAt?: unknown
  readonly updatedAt?: unknown
}

/** One of the user's devices; `id` has to be there. */
export interface RestDevice {
  readonly id?: unknown
  /** Whether it is the one that asks. */
  readonly current?: unknown
  readonly userAgent?: unknown
  readonly ip?: unknown
  readonly createdAt?: unknown
  readonly lastSeenAt?: unknown
}

/** An answer of a backend that is not what was asked for. */
export interface RestRefusal {
  readonly operation: Operation
  readonly status: number
  readonly body: Json | null
}

interface Credentials {
  readonly refreshToken: string
  readonly accessToken: string
}

/** How this backend talks, where it is not what `restBackend` expects. */
export interface RestMap {
  /** Body of a sign-in, from the body that the browser sent; `{ email, password }` by default. */
  readonly login?: (body: Json) => RequestBody
  /** Body of a sign-up; everything that the browser sent but `remember` by default. */
  readonly signup?: (body: Json) => RequestBody
  /** Body of a refresh; `{ refresh_token }` by default, or empty where it is in a cookie. */
  readonly refresh?: (credentials: Credentials) => RequestBody
  /** Body of a sign-out; `{ refresh_token }` by default. */
  readonly logout?: (credentials: Credentials) => RequestBody
  /** Body of the sign-in of somebody whom a provider has vouched for. */
  readonly exchange?: (identity: ExternalIdentity) => RequestBody
  /** The tokens in an answer; null if there are none. */
  readonly tokens?: (body: Json) => RestTokens | null
  /** The user in a description of one. */
  readonly user?: (user: Json) => RestUser
  /** A device in the list of `paths.sessions`. */
  readonly session?: (entry: Json) => RestDevice
  /** Their error as a code of ours: a table of their codes and texts, or a function. */
  readonly errors?:
    | Readonly<Record<string, ErrorCode>>
    | ((refusal: RestRefusal) => ErrorCode | undefined)
  /**
   * Whether an answer of the refresh path ends the session for good; only asked for JSON with status
   * 400 or 401. Undefined leaves it to the default.
   */
  readonly ended?: (refusal: RestRefusal) => boolean | undefined
}

/** Whom an access token names; null if it is not good. */
export type VerifyFunction = (accessToken: string) => Promise<VerifiedUser | null>

/** Options of `restBackend`. */
export interface RestBackendOptions {
  /** Base URL of the API, with its path if it has one: `https://api.example.com/v1`. */
  readonly url: string | undefined
  /**
   * Paths below it; `false` for what the backend does not have. By default `/login`, `/signup`,
   * `/refresh`, `/logout` and `/me`. What else it may have: `exchange` (POST, for providers, together
   * with `headers` that prove who calls), `sessions` (GET), `revoke` (DELETE, with `{id}` in it) and
   * `revokeOthers` (DELETE).
   */
  readonly paths?: Readonly<Partial<Record<Operation, string | false>>>
  readonly map?: RestMap
  /** Headers of every request: an API key, or what tells the backend about the end user. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | ((caller: Caller) => Readonly<Record<string, string>>)
  /**
   * Whether an access token is checked wherever a session is read: with its key, by a function, or by
   * asking `paths.me`. Without it nothing is believed that the token says, and the visitor is who the
   * sealed cookie says.
   */
  readonly verify?: 'me' | RestVerifyOptions | VerifyFunction
  /**
   * Name of the cookie in which the backend gives its refresh token and wants it back; without it the
   * token is a member of bodies.
   */
  readonly refreshCookie?: string
  /** Lifetime of an access token that does not say when it ends. Seconds. */
  readonly accessSeconds?: number
  /** Lifetime of a refresh token that does not say when it ends. Seconds, 7 days by default. */
  readonly sessionSeconds?: number
  /** Where answers to a refresh are kept; in the memory of this process by default. */
  readonly replay?: ReplayStore
  /** How long a late answer to a refresh is waited for in the background. Seconds, 30 by default. */
  readonly lateSeconds?: number
}

/** The options with everything decided. */
export interface RestSettings extends RestBackendOptions {
  readonly url: string
  readonly paths: Readonly<Record<Operation, string | false>>
  readonly map: RestMap
  readonly sessionSeconds: number
  readonly lateSeconds: number
}

/** Where the usual backend has what. */
export const PATHS: Readonly<Record<Operation, string | false>> = {
  login: '/login',
  signup: '/signup',
  refresh: '/refresh',
  logout: '/logout',
  me: '/me',
  exchange: false,
  sessions: false,
  revoke: false,
  revokeOthers: false,
}
const WEEK_SECONDS = 7 * 86_400

/** The options with their defaults. Throws `TypeError` for a URL that is missing or is none. */
export function readRestOptions(options: RestBackendOptions): RestSettings {
  if (!options.url) {
    throw new TypeError('restBackend: url is not set; it is the base URL of your API')
  }
  const paths = { ...PATHS, ...options.paths }
  if (!paths.login) throw new TypeError('restBackend: paths.login must be a path')
  return Object.freeze({
    ...options,
    paths,
    url: httpUrl(options.url, 'restBackend: url').href.replace(/\/$/, ''),
    map: options.map ?? {},
    sessionSeconds: options.sessionSeconds ?? WEEK_SECONDS,
    lateSeconds: options.lateSeconds ?? 30,
  })
}
