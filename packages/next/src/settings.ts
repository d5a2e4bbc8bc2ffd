import { ALGORITHMS, type Algorithm, BASE_PATH } from '@countersign/core'
import type { BackendSource } from './backend.js'
import { type CookieForm, cookieForm } from './cookie.js'
import { type SealKey, sealKeys } from './seal.js'
import { limitWarnings } from './warnings.js'

type Maybe<T> = T | undefined

/** Options of `createCountersign`. What is left out comes from the environment variable named. */
export interface CountersignOptions {
  /** A backend of your own in place of the auth server, such as `restBackend({ url })`. */
  readonly backend?: Maybe<BackendSource>
  /** URL of the auth server, without a path. `COUNTERSIGN_URL`. */
  readonly server?: Maybe<string>
  /** Issuer of its access tokens. `COUNTERSIGN_ISSUER`; by default `<server>/api/auth`. */
  readonly issuer?: Maybe<string>
  /** Audience that access tokens must name. `COUNTERSIGN_AUDIENCE`. */
  readonly audience?: Maybe<string>
  /** Public origin of this web application, as in the address bar. `COUNTERSIGN_WEB_ORIGIN`. */
  readonly origin?: Maybe<string>
  /** Secret that seals the cookie; `2:newest,1:older` while it is changed. `COUNTERSIGN_COOKIE_SECRET`. */
  readonly cookieSecret?: Maybe<string>
  /** Client credential towards the auth server. `COUNTERSIGN_CLIENT_ID`, `COUNTERSIGN_CLIENT_SECRET`. */
  readonly client?: Maybe<{ readonly id: string; readonly secret: string }>
  /** Path of the route handlers in this application; `/api/auth` by default. */
  readonly basePath?: Maybe<string>
  /**
   * Path of Better Auth's handler where our plugin for it is used; `basePath` is then
   * `/api/countersign` by default.
   */
  readonly betterAuthPath?: Maybe<string>
  /** The same for the handlers of Auth.js. */
  readonly authJsPath?: Maybe<string>
  /** Base URL that `apiFetch` calls. `NEXT_PUBLIC_API_BASE_URL`. */
  readonly api?: Maybe<string>
  /** Page to which `protect` and `requireRole` send a visitor who is signed out. */
  readonly signInPath?: Maybe<string>
  /** Signature algorithms an access token may have; every asymmetric one by default. */
  readonly algorithms?: Maybe<readonly Algorithm[]>
  /** Longest lifetime of an access token that is accepted; the verifier's own limit by default. Seconds. */
  readonly maxLifetimeSeconds?: Maybe<number>
  /** Refresh when less than this, or a tenth of the lifetime, remains. Seconds, 60 by default. */
  readonly refreshMarginSeconds?: Maybe<number>
  /** Longest wait for the auth server. Seconds, 5 by default. */
  readonly timeoutSeconds?: Maybe<number>
  /** The visitor's address, read from a header that your own platform sets. Not sent by default. */
  readonly clientIp?: Maybe<(request: Request) => string | undefined>
  /** Clock, in seconds since 1970. */
  readonly now?: Maybe<() => number>
  /** Calls the auth server and the API; the revocation feed goes through it as well. */
  readonly fetch?: Maybe<typeof globalThis.fetch>
  /** Where warnings go; never a token or an address. `console` by default. */
  readonly logger?: Maybe<Pick<Console, 'warn'>>
}

/** The options after validation, frozen. */
export interface Settings {
  /** Undefined for our auth server, which is then described by the next three. */
  readonly backend: Maybe<BackendSource>
  readonly server: string
  readonly issuer: string
  readonly audience: string
  readonly origin: string
  readonly cookie: CookieForm
  readonly keys: readonly SealKey[]
  readonly client: Maybe<{ readonly id: string; readonly secret: string }>
  readonly basePath: string
  readonly betterAuthPath: Maybe<string>
  readonly authJsPath: Maybe<string>
  readonly api: Maybe<URL>
  readonly signInPath: Maybe<string>
  readonly algorithms: readonly Algorithm[]
  readonly maxLifetimeSeconds: Maybe<number>
  readonly refreshMarginSeconds: number
  readonly timeoutSeconds: number
  readonly clientIp: (request: Request) => string | undefined
  readonly now: () => number
  readonly fetch: typeof globalThis.fetch
  /** What of these two was an option, and is not our default. */
  readonly injected: {
    readonly now?: () => number
    readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  }
  readonly logger: { readonly warn: (message: string) => void }
}

type Environment = Readonly<Record<string, string | undefined>>

const OPTION_NAMES: ReadonlySet<string> = new Set([
  ...['server', 'issuer', 'audience', 'origin', 'cookieSecret', 'client', 'basePath', 'api'],
  ...['backend', 'betterAuthPath', 'authJsPath'],
  ...[
    'signInPath',
    'algorithms',
    'maxLifetimeSeconds',
    'refreshMarginSeconds',
    'timeoutSeconds',
    'clientIp',
    'now',
  ],
  ...['fetch', 'logger'],
])

/** Options that describe our auth server and mean nothing to another backend. */
const AUTH_SERVER_OPTIONS = [
  ...(['server', 'issuer', 'audience', 'client', 'algorithms', 'maxLifetimeSeconds'] as const),
]

/** Refuses unknown options at once; nothing here depends on the environment. Throws `TypeError`. */
export function checkOptionNames(options: CountersignOptions): void {
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name)) throw new TypeError(`createCountersign has no option "${name}"`)
  }
  const stray = AUTH_SERVER_OPTIONS.find((name) => options.backend && options[name] !== undefined)
  if (stray) {
    throw new TypeError(
      `"${stray}" describes the Countersign server; leave it out beside "backend"`,
    )
  }
}

/** Validates options and environment. Throws `TypeError` naming the variable and the rule. */
export function resolveSettings(options: CountersignOptions, env: Environment): Settings {
  const origin = webOrigin(need(options.origin, env, 'COUNTERSIGN_WEB_ORIGIN'))
  const api = options.api ?? env.NEXT_PUBLIC_API_BASE_URL
  const now = options.now ?? (() => Date.now() / 1000)
  return Object.freeze({
    backend: callable(options.backend, 'backend'),
    ...authServer(options, env),
    origin: origin.origin,
    cookie: cookieForm(origin),
    keys: sealKeys(need(options.cookieSecret, env, 'COUNTERSIGN_COOKIE_SECRET')),
    basePath: localPath(options.basePath ?? defaultBasePath(options), 'basePath'),
    betterAuthPath: optionalPath(options.betterAuthPath, 'betterAuthPath'),
    authJsPath: optionalPath(options.authJsPath, 'authJsPath'),
    api: api ? httpUrl(api, 'NEXT_PUBLIC_API_BASE_URL') : undefined,
    signInPath: optionalPath(options.signInPath, 'signInPath'),
    algorithms: asymmetric(options.algorithms ?? ASYMMETRIC),
    maxLifetimeSeconds: options.maxLifetimeSeconds,
    refreshMarginSeconds: seconds(options.refreshMarginSeconds ?? 60, 'refreshMarginSeconds'),
    timeoutSeconds: seconds(options.timeoutSeconds ?? 5, 'timeoutSeconds'),
    clientIp: callable(options.clientIp, 'clientIp') ?? (() => undefined),
    now,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    injected: {
      ...(options.now ? { now: options.now } : {}),
      ...(options.fetch ? { fetch: options.fetch } : {}),
    },
    logger: limitWarnings(options.logger ?? console, now),
  })
}

/** Where the auth server is and what its tokens say; all empty where another backend is used. */
function authServer(options: CountersignOptions, env: Environment) {
  if (options.backend) return { server: '', issuer: '', audience: '', client: undefined }
  const url = httpUrl(need(options.server, env, 'COUNTERSIGN_URL'), 'COUNTERSIGN_URL')
  const server = url.href.replace(/\/$/, '')
  return {
    server,
    issuer: options.issuer || env.COUNTERSIGN_ISSUER || server + BASE_PATH,
    audience: need(options.audience, env, 'COUNTERSIGN_AUDIENCE'),
    client: clientCredential(options.client, env),
  }
}

/** Where our handlers are if nothing is said. */
export function defaultBasePath({ betterAuthPath, authJsPath }: CountersignOptions): string {
  return (betterAuthPath ?? authJsPath) ? '/api/countersign' : BASE_PATH
}

const ASYMMETRIC = ALGORITHMS.filter((algorithm) => algorithm !== 'HS256')

/** The web server holds no secret of the APIs: tokens that it reads are signed by a key pair. */
function asymmetric(algorithms: readonly Algorithm[]): readonly Algorithm[] {
  const isList = Array.isArray(algorithms) && algorithms.length > 0
  if (isList && algorithms.every((algorithm) => ASYMMETRIC.includes(algorithm))) return algorithms
  throw new TypeError(`algorithms must be a list of ${ASYMMETRIC.join(', ')}`)
}

function callable<T>(option: T, name: string): T {
  if (option === undefined || typeof option === 'function') return option
  throw new TypeError(`${name} must be a function`)
}

function need(option: Maybe<string>, env: Environment, variable: string): string {
  const value = option ?? env[variable]
  if (!value) throw new TypeError(`${variable} is not set (or pass it to createCountersign)`)
  return value
}

/** An http(s) URL without credentials, query and fragment. Throws `TypeError` naming the variable. */
export function httpUrl(text: string, variable: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new TypeError(`${variable} must be an http(s) URL such as http://localhost:4400`)
  }
  return url
}

function webOrigin(text: string): URL {
  const url = httpUrl(text, 'COUNTERSIGN_WEB_ORIGIN')
  if (url.pathname !== '/') {
    throw new TypeError(`COUNTERSIGN_WEB_ORIGIN must be an origin without a path: ${url.origin}`)
  }
  return url
}

function clientCredential(option: CountersignOptions['client'], env: Environment) {
  const id = option?.id ?? env.COUNTERSIGN_CLIENT_ID
  const secret = option?.secret ?? env.COUNTERSIGN_CLIENT_SECRET
  if (!id && !secret) return undefined
  if (!id || !secret) {
    throw new TypeError('COUNTERSIGN_CLIENT_ID and COUNTERSIGN_CLIENT_SECRET belong together')
  }
  return { id, secret }
}

function optionalPath(path: Maybe<string>, name: string): Maybe<string> {
  return path === undefined ? undefined : localPath(path, name)
}

function localPath(path: string, name: string): string {
  if (/^\/(?![/\\])[^\s\\]*$/.test(path)) return path.length > 1 ? path.replace(/\/$/, '') : path
  throw new TypeError(`${name} must be a path of this application such as /api/auth`)
}

function seconds(value: number, name: string): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new TypeError(`${name} must be a positive number of seconds`)
}
