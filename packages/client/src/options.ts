import type { Runtime } from './runtime.js'

/** Options of `createClient`. */
export interface ClientOptions {
  /** The token route of the web server; `/api/auth/token` by default. */
  readonly tokenUrl?: string
  /**
   * For a page without a web server of its own: the auth server, such as `https://auth.example.com`.
   * Its cookie is `SameSite=Strict`, so both have to be of one site. Excludes `tokenUrl`.
   */
  readonly server?: string
  /** Origins that get the access token, such as `https://api.example.com`. `NEXT_PUBLIC_API_BASE_URL` by default. */
  readonly apis?: readonly string[]
  /**
   * The proactive refresh comes at a random moment of this length. Seconds, 120 by default; less
   * for tokens that live less than 15 minutes. Must exceed the server's grace, or a thief of a
   * refresh token could hide in it.
   */
  readonly jitterSeconds?: number
}

/** The options after validation, and the surroundings. */
export interface Settings extends Runtime {
  /** Where tokens come from; sign-in, sign-up and sign-out are next to it. */
  readonly tokenUrl: string
  /** Whether that is the auth server itself. */
  readonly isDirect: boolean
  readonly apiOrigins: ReadonlySet<string>
  readonly jitterSeconds: number
}

declare const process: { readonly env: Readonly<Record<string, string | undefined>> } | undefined

/** Validates options. Throws `TypeError` naming the option. */
export function resolveOptions(options: ClientOptions, runtime: Runtime): Settings {
  const { server, tokenUrl, jitterSeconds = 120, apis = defaultApis(), ...others } = options
  for (const name of Object.keys(others)) refuse(`no option ${name}`)
  if (server && tokenUrl) refuse('either server or tokenUrl')
  if (!(jitterSeconds >= 0)) refuse('jitterSeconds is no number')
  return {
    ...runtime,
    tokenUrl: server ? `${originOf(server)}/api/auth/refresh` : (tokenUrl ?? '/api/auth/token'),
    isDirect: !!server,
    apiOrigins: new Set(apis.map(originOf)),
    jitterSeconds,
  }
}

/** Next writes the value into the page's script, where it reads exactly this expression. */
function defaultApis(): readonly string[] {
  const api = typeof process === 'undefined' ? undefined : process.env.NEXT_PUBLIC_API_BASE_URL
  return api ? [api] : []
}

function originOf(address: string): string {
  if (!/^https?:\/\/\w/.test(address)) refuse(`"${address}" is no origin`)
  return new URL(address).origin
}

function refuse(rule: string): never {
  throw new TypeError(`createClient: ${rule}`)
}
