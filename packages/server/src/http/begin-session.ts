import { signInUser } from '../identity/sign-in.js'
import type { LiveSession } from './judgement.js'
import type { KnownCaller } from './known-caller.js'
import { ProblemError } from './problem-error.js'
import type { Services } from './services.js'

interface Beginning {
  readonly userId: string
  readonly remember: boolean
  /** How the user proved who they are, for the audit log. */
  readonly method: string
  /** Whether the account was made just now. */
  readonly isNew: boolean
}

/**
 * A new session of a user who proved to somebody we trust who they are.
 * @throws ProblemError `account_locked`
 */
export async function beginSession(
  { identity, sessions, log }: Services,
  { clientId, ip, userAgent, requestId }: KnownCaller,
  { userId, remember, method, isNew }: Beginning,
): Promise<LiveSession> {
  const authSessionToken = await signInUser(identity, userId, remember)
  if (authSessionToken === undefined) throw new ProblemError('account_locked')
  const event = isNew ? 'sign_up.succeeded' : 'sign_in.succeeded'
  const act = { event, requestId, detail: { method } } as const
  const made = await sessions.create({ authSessionToken, clientId, remember, userAgent, ip, act })
  if (made.outcome === 'unknown') throw new ProblemError('account_locked')
  const { id: session } = made.row
  log.info({ event: 'session.created', session, user: userId, client: clientId }, 'session created')
  return made
}
