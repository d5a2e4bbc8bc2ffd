import type { Backend, BackendSource } from './backend.js'
import type { Line } from './rest/call.js'
import { checkRestOptions } from './rest/check-options.js'
import { restDevices } from './rest/devices.js'
import { restExchange } from './rest/exchange.js'
import { restMe } from './rest/me.js'
import { type RestBackendOptions, readRestOptions } from './rest/options.js'
import { restRefresh } from './rest/refresh.js'
import { replayed } from './rest/replay.js'
import { sharedReplayStore } from './rest/replay-store.js'
import { restSignIn, restSignUp } from './rest/sign-in.js'
import { restSignOut } from './rest/sign-out.js'
import { restVerify } from './rest/verify.js'
import type { Settings } from './settings.js'

/** How much longer a lease lasts than the refresh that it covers, at most. Seconds. */
const LEASE_MARGIN_SECONDS = 5

/**
 * Any API that signs users in and answers JSON, in place of our auth server.
 *
 * The usual names are understood (`access_token`, `accessToken`, nested in `data` …); `map` is for the
 * rest. What the backend answers reaches no browser as it is: sessions and errors are ours.
 *
 * A wrong option throws `TypeError` at once, a `url` that is missing at the first request.
 *
 * @example
 * createCountersign({ backend: restBackend({ url: process.env.API_URL, paths: { login: '/auth/login' } }) })
 */
export function restBackend(options: RestBackendOptions): BackendSource {
  checkRestOptions(options)
  return (settings) => connect({ settings, rest: readRestOptions(options) })
}

function connect(line: Line): Backend {
  tellWhatIsMissing(line)
  const verification = restVerify(line)
  const refresh = restRefresh(line, verification.refusalOf)
  return {
    signIn: restSignIn(line),
    signUp: restSignUp(line),
    refresh: replayed(refresh, replayOptions(line)),
    signOut: restSignOut(line),
    me: restMe(line),
    ...verification,
    ...restExchange(line),
    ...restDevices(line),
  }
}

/** One line at the first request: what a page should not offer. */
function tellWhatIsMissing({ settings, rest }: Line): void {
  const { paths } = rest
  const facts: [unknown, string][] = [
    [paths.signup, 'sign-up'],
    [paths.refresh, 'refresh (sessions end with their token)'],
    [paths.exchange, 'sign-in with providers'],
    [paths.sessions, 'device list'],
    [paths.revoke, 'signing out a device'],
  ]
  const missing = facts.flatMap(([path, name]) => (path ? [] : [name]))
  if (missing.length === 0) return
  settings.logger.warn(`countersign: the backend offers no ${missing.join(', no ')}`)
}

function replayOptions({ settings, rest }: { settings: Settings; rest: Line['rest'] }) {
  return {
    store: rest.replay ?? sharedReplayStore(),
    leaseSeconds: rest.lateSeconds + Math.min(LEASE_MARGIN_SECONDS, rest.lateSeconds),
    waitSeconds: settings.timeoutSeconds,
    now: settings.now,
    logger: settings.logger,
  }
}
