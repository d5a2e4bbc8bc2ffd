import type { AuthContext } from 'better-auth'
import { type CountersignOptions, defaultBasePath, type Settings } from '../settings.js'
import { ENDPOINT_KEYS } from './endpoints.js'

/** Refuses options that contradict a session which the auth server owns. Throws `TypeError`. */
export function checkSetup(auth: AuthContext, own: CountersignOptions): void {
  const { options } = auth
  const path = options.basePath ?? '/api/auth'
  const handlers = own.basePath ?? defaultBasePath(own)
  const faults: [boolean, string][] = [
    [own.betterAuthPath !== path, `createCountersign needs betterAuthPath: '${path}'`],
    [
      `${handlers}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${handlers}/`),
      'basePath of createCountersign and the path of Better Auth must lie apart',
    ],
    [Boolean(options.database), 'Better Auth must have no database'],
    [Boolean(options.secondaryStorage), 'Better Auth must have no secondaryStorage'],
    [options.emailAndPassword?.enabled === true, 'emailAndPassword must stay off'],
    [Object.keys(options.socialProviders ?? {}).length > 0, 'socialProviders must stay empty'],
    [
      overriding(options.plugins).length > 0,
      `${overriding(options.plugins).join(', ')} must not replace an endpoint of this plugin`,
    ],
  ]
  const fault = faults.find(([isFault]) => isFault)
  if (fault) throw new TypeError(`countersign: ${fault[1]}`)
}

/** Refuses to answer at another address than that of the application. Throws `TypeError`. */
export function checkOrigin(baseURL: string, { origin }: Settings): void {
  if (new URL(baseURL).origin === origin) return
  throw new TypeError(
    `countersign: baseURL of Better Auth must be ${origin} (COUNTERSIGN_WEB_ORIGIN), the address of this application and not of the API`,
  )
}

/** Other plugins with endpoints of our names: the last one would win. */
function overriding(plugins: AuthContext['options']['plugins'] = []): string[] {
  const others = plugins.filter(({ id }) => id !== 'countersign')
  return others
    .filter(({ endpoints = {} }) => ENDPOINT_KEYS.some((key) => Object.hasOwn(endpoints, key)))
    .map(({ id }) => id)
}
