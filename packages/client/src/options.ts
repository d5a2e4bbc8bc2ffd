import { pageRuntime, type Runtime } from './runtime.js'

/** Options of `createClient`. */
export interface ClientOptions {
  /** The token route of the web server; `/api/auth/token` by default. */
  readonly tokenUrl?: string
  /** The sign-out route; by default `logout` next to the token route. */
  readonly signOutUrl?: string
  /** Origins that get the access token, such as `https://api.example.com`. `NEXT_PUBLIC_API_BASE_URL` by default. */
  readonly apis?: readonly string[]
  /**
   * The proactive refresh comes at a random moment of this length. Seconds, 120 by default; less
   * for tokens that live less than 15 minutes. Must exceed the server's grace, or a thief of a
   * refresh token could hide in it.
   */
  readonly jitterSeconds?: number
  /** A clock that never jumps, in seconds; `performance.now() / 1000` by default. */
  readonly now?: () => number
  readonly fetch?: typeof globalThis.fetch
  /** Stand-ins for parts of the browser. */
  readonly runtime?: Partial<Runtime>
}

/** The options after validation. */
export interface Settings {
  readonly tokenUrl: string
  readonly signOutUrl: string
  readonly apiOrigins: ReadonlySet<string>
  readonly jitterSeconds: number
  readonly runtime: Runtime
}

const OPTION_NAMES = 'tokenUrl signOutUrl apis jitterSeconds now fetch runtime'.split(' ')

declare const process: { readonly env: Readonly<Record<string, string | undefined>> } | undefined

/** Validates options. Throws `TypeError` naming the option. */
export function resolveOptions(options: ClientOptions): Settings {
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name))
  if (unknown) throw new TypeError(`createClient has no option "${unknown}"`)
  const { tokenUrl = '/api/auth/token', jitterSeconds = 120, fetch, now } = options
  if (!(jitterSeconds >= 0 && Number.isFinite(jitterSeconds))) {
    throw new TypeError('jitterSeconds must be a number of seconds')
  }
  return {
    tokenUrl,
    signOutUrl: options.signOutUrl ?? tokenUrl.replace(/[^/]*$/, 'logout'),
    apiOrigins: new Set((options.apis ?? defaultApis()).map(originOf)),
    jitterSeconds,
    runtime: {
      ...pageRuntime(),
      ...(fetch ? { fetch } : {}),
      ...(now ? { now } : {}),
      ...options.runtime,
    },
  }
}

/** Next writes the value into the page's script, where it reads exactly this expression. */
function defaultApis(): readonly string[] {
  const api = typeof process === 'undefined' ? undefined : process.env.NEXT_PUBLIC_API_BASE_URL
  return api ? [api] : []
}

function originOf(api: string): string {
  const url = URL.canParse(api) ? new URL(api) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url.origin
  throw new TypeError(`apis must hold origins such as https://api.example.com, not "${api}"`)
}
