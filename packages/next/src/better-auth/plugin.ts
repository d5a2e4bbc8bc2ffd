import type { BetterAuthPlugin } from 'better-auth'
import type { Countersign } from '../create-countersign.js'
import { insideOf } from '../inside.js'
import { closeEndpoints, refuseClosedPath } from './closed-endpoints.js'
import { endpoints } from './endpoints.js'
import { ERROR_CODES } from './errors.js'
import { limitRequest } from './limited-request.js'
import { checkOrigin, checkSetup } from './setup.js'

/** Fields of the session's user beside those of Better Auth. Nobody can set them by a request. */
const SCHEMA = {
  user: { fields: { role: { type: 'string', required: true, input: false } } },
} as const

type Parts = 'id' | 'schema' | 'endpoints' | '$ERROR_CODES'

/**
 * The plugin as Better Auth infers from it. Its endpoints replace those of Better Auth of the same
 * name and have their types.
 */
export type CountersignPlugin = Omit<BetterAuthPlugin, Parts> & {
  readonly id: 'countersign'
  readonly schema: typeof SCHEMA
  readonly $ERROR_CODES: typeof ERROR_CODES
}

/**
 * Better Auth as the manager of a session that the auth server issues: sign-in, sign-up, sign-out
 * and session of Better Auth work on the sealed cookie of `app`, and on nothing else. Every other
 * endpoint of Better Auth is closed, because users belong to the auth server.
 *
 * Better Auth has no database then, `emailAndPassword` stays off, and `baseURL` is the origin of the
 * web application. When it starts, it throws `TypeError` for a set-up that contradicts this.
 *
 * @example
 * export const backend = createCountersign({ betterAuthPath: '/api/auth' })
 * export const auth = betterAuth({ baseURL: webOrigin, plugins: [countersign(backend)] })
 */
export function countersign(app: Countersign): CountersignPlugin {
  const { context, options } = insideOf(app)
  const plugin = {
    id: 'countersign',
    schema: SCHEMA,
    $ERROR_CODES: ERROR_CODES,
    endpoints: endpoints(context),
    init: (auth) => {
      checkSetup(auth, options)
      // The auth server limits attempts, by account and address; here all visitors may look alike.
      const enabled = auth.options.rateLimit?.enabled ?? false
      return { context: { rateLimit: { ...auth.rateLimit, enabled } } }
    },
    onRequest: async (request, { baseURL }) => {
      checkOrigin(baseURL, context().settings)
      return refuseClosedPath(request, baseURL) ?? (await limitRequest(request))
    },
    hooks: { before: [closeEndpoints] },
  } satisfies BetterAuthPlugin
  return plugin
}
