import type { CountersignOptions } from '../settings.js'

const WEEK_SECONDS = 7 * 86_400
const QUARTER_OF_AN_HOUR_SECONDS = 900

/** What of a configuration of Auth.js could contradict a session that the backend owns. */
interface Config {
  readonly adapter?: unknown
  readonly basePath?: string | undefined
  readonly session?:
    | {
        readonly strategy?: 'jwt' | 'database'
        readonly maxAge?: number
        readonly updateAge?: number
      }
    | undefined
}

/** `session` of the configuration, with our times where it names none. */
export function sessionOptions({ session }: Config) {
  const times = { maxAge: WEEK_SECONDS, updateAge: QUARTER_OF_AN_HOUR_SECONDS }
  return { ...times, ...session, strategy: 'jwt' as const }
}

/** Refuses what contradicts a session that the backend owns. Throws `TypeError`. */
export function checkConfig(config: Config, own: CountersignOptions): void {
  const { authJsPath } = own
  const faults: [boolean, string][] = [
    [authJsPath === undefined, "createCountersign needs authJsPath, such as '/api/auth'"],
    [
      config.basePath !== undefined && config.basePath !== authJsPath,
      `createCountersign needs authJsPath: '${config.basePath}', which is basePath of Auth.js`,
    ],
    [Boolean(config.adapter), 'Auth.js must have no adapter: users belong to the backend'],
    [config.session?.strategy === 'database', "session.strategy must be 'jwt'"],
  ]
  const fault = faults.find(([isFault]) => isFault)
  if (fault) throw new TypeError(`countersign: ${fault[1]}`)
}
