import type { BetterAuthPlugin } from 'better-auth'
import { discovery } from './discovery-endpoints.js'
import { createEngine, type Engine } from './engine.js'
import { feedEndpoint } from './feed-endpoint.js'
import { PLUGIN_ID } from './plugin-id.js'
import { type CountersignOptions, resolveOptions } from './plugin-options.js'
import { refreshEndpoint } from './refresh-endpoint.js'
import { checkAtStart } from './start-checks.js'

/**
 * Makes a Better Auth of your own the issuer of access tokens (`spec/protocol.md` section 2). Its
 * session is what a refresh token is elsewhere: `POST /countersign/refresh` with its cookie gives a
 * token of 15 minutes, and its end is told to every API that listens.
 *
 * ```ts
 * countersign({ database, audience: 'todo-api', secret: process.env.JWT_SECRET })
 * ```
 *
 * `migrateBetterAuth(auth)` prepares the database; without it nothing is signed.
 * @throws TypeError for an option that is unknown, missing, or makes no sense; `auth.$context`
 *   rejects with one if the rest of the configuration does not allow it
 */
export function countersign(given: CountersignOptions) {
  const options = resolveOptions(given)
  let started: Engine | undefined
  const engine = (): Engine => {
    if (!started) throw new TypeError('countersign() is not a plugin of this Better Auth')
    return started
  }
  const { jwks, metadata, wellKnown } = discovery(engine)
  return {
    id: PLUGIN_ID,
    options,
    schema: {
      user: {
        // Not required: a user from before the column has the first version.
        fields: { ver: { type: 'number', required: false, input: false, defaultValue: 1 } },
      },
    },
    init(context) {
      checkAtStart(options, context)
      started = createEngine(options, context)
      const { emailAndPassword } = context.options
      if (!emailAndPassword) return
      // Whoever resets a password because somebody else knows it wants them out.
      return { options: { emailAndPassword: { ...RESET_ENDS_SESSIONS, ...emailAndPassword } } }
    },
    async onRequest(request) {
      const response = await wellKnown(request)
      return response && { response }
    },
    endpoints: {
      countersignRefresh: refreshEndpoint(engine),
      countersignRevocations: feedEndpoint(engine),
      countersignJwks: jwks,
      countersignMetadata: metadata,
    },
  } satisfies BetterAuthPlugin
}

/** A configuration that says otherwise prevails. */
const RESET_ENDS_SESSIONS = { revokeSessionsOnPasswordReset: true }
