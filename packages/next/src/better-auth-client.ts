import type { BetterAuthClientPlugin } from 'better-auth/client'
import { ENDED_HEADER } from './better-auth/ended.js'
import type { CountersignPlugin } from './better-auth/plugin.js'

/** What of a client of `@countersign/client` is told when someone signs in or out. */
interface TokenHolder {
  /** Asks the server who is signed in now. */
  readonly refresh: () => Promise<unknown>
}

export interface CountersignClientOptions {
  /** The client that holds this tab's access token, made by `createClient`. */
  readonly tokens?: TokenHolder
}

type Inferred = 'id' | '$InferServerPlugin' | 'getActions'

/** The plugin as Better Auth's client infers from it: no actions of its own. */
export type CountersignClientPlugin = Omit<BetterAuthClientPlugin, Inferred> & {
  readonly id: 'countersign'
  readonly $InferServerPlugin: CountersignPlugin
}

/**
 * The plugin for `createAuthClient`, beside `countersign()` on the server: types of the session's
 * user, cleaning up after a session that has ended, and an access token that follows the session.
 *
 * @example
 * const tokens = createClient({ tokenUrl: '/api/countersign/token', apis: [apiUrl] })
 * export const authClient = createAuthClient({ plugins: [countersignClient({ tokens })] })
 */
export function countersignClient({
  tokens,
}: CountersignClientOptions = {}): CountersignClientPlugin {
  let testAgain = async (): Promise<unknown> => undefined
  const plugin = {
    id: 'countersign',
    // Never read: Better Auth's client infers from its type.
    $InferServerPlugin: {} as CountersignPlugin,
    getActions: ($fetch) => {
      // With the cookie of that moment; if it is still of an ended session, the answer deletes it.
      testAgain = () => $fetch('/get-session', { method: 'POST' })
      return {}
    },
    fetchPlugins: [
      {
        id: 'countersign',
        name: 'Countersign',
        hooks: {
          onSuccess: async ({ request, response }) => {
            if (response.headers.has(ENDED_HEADER)) await testAgain().catch(() => {})
            if (CHANGES_SESSION.test(String(request.url))) void tokens?.refresh().catch(() => {})
          },
        },
      },
    ],
  } satisfies BetterAuthClientPlugin
  return plugin
}

const CHANGES_SESSION = /\/(sign-in\/email|sign-up\/email|sign-out)$/
