import type { RefreshToken } from '@countersign/core'
import { signInUser } from '../identity/sign-in.js'
import { actOf } from './act-of.js'
import type { LiveSession } from './judgement.js'
import type { KnownCaller } from './known-caller.js'
import { ProblemError } from './problem-error.js'
import { readRefreshCookie, refreshCookie } from './refresh-cookie.js'
import { seeDevice } from './see-device.js'
import type { AppContext, Services } from './services.js'

interface Beginning {
  readonly remember: boolean
  /** How the user proved who they are, for the audit log. */
  readonly method: string
  /** Whether the account was made just now. */
  readonly isNew: boolean
  /** The session that the browser still had, which ends (fixation). */
  readonly former?: RefreshToken | undefined
  /** What the credentials were proved against; if they changed since, there is no session. */
  readonly ver?: number
}

/** The session that a browser still has. Two cookies are refused before anything is written. */
export function formerSession(
  c: AppContext,
  { sessions, options }: Services,
): RefreshToken | undefined {
  const { fromBrowser, userAgent } = c.get('caller')
  if (!fromBrowser) return undefined
  const text = readRefreshCookie(c.req.raw.headers, refreshCookie(options.origin, userAgent))
  return text === undefined ? undefined : sessions.decode(text)
}

/**
 * A new session of a user who proved to us, or to somebody we trust, who they are.
 * @throws ProblemError `account_locked`
 */
export async function beginSession(
  services: Services,
  caller: KnownCaller,
  { userId, ...beginning }: Beginning & { readonly userId: string },
): Promise<LiveSession> {
  const authSessionToken = await signInUser(services.identity, userId, beginning.remember)
  if (authSessionToken === undefined) throw new ProblemError('account_locked')
  return carryOnSession(services, caller, { authSessionToken, ...beginning })
}

/** Something about the user changed meanwhile: the next try tells what. */
function refusal(ver: number | undefined): ProblemError {
  if (ver === undefined) return new ProblemError('account_locked')
  return new ProblemError('service_unavailable', { retryAfterSeconds: 1 })
}

/**
 * The same out of a session that Better Auth has made.
 * @throws ProblemError `account_locked`, `service_unavailable`
 */
export async function carryOnSession(
  services: Services,
  caller: KnownCaller,
  given: Beginning & { readonly authSessionToken: string },
): Promise<LiveSession> {
  const { sessions, log } = services
  const { authSessionToken, remember, method, isNew, former, ver } = given
  const { clientId, ip, userAgent, requestId } = caller
  const event = isNew ? 'sign_up.succeeded' : 'sign_in.succeeded'
  const act = { event, requestId, detail: { method } } as const
  const from = { clientId, userAgent, ip }
  const made = await sessions.create({ authSessionToken, remember, ...from, act, ver })
  if (made.outcome === 'unknown') throw refusal(ver)
  const { id: session, user_id: user } = made.row
  log.info({ event: 'session.created', session, user, client: clientId }, 'session created')
  if (former) {
    await sessions.endByToken(former, 'signed_in_again', { ...actOf(caller), bySelf: true })
  }
  const deviceToken = await seeDevice(services, caller, made.row)
  return { ...made, ...(deviceToken ? { deviceToken } : {}) }
}
