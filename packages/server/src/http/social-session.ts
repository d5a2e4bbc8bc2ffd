import type { FormerSession } from '../social/pending-sign-in.js'
import { SocialFailure } from '../social/social-failure.js'
import { actOf } from './act-of.js'
import { beginSession } from './begin-session.js'
import { challenge } from './challenge.js'
import type { LiveSession } from './judgement.js'
import type { KnownCaller } from './known-caller.js'
import { ProblemError } from './problem-error.js'
import type { Services } from './services.js'

interface Beginning {
  readonly userId: string
  readonly provider: string
  readonly remember: boolean
  /** Whether the account was made just now. */
  readonly isNew: boolean
  /** The session that the browser had when it went to the provider. */
  readonly former?: FormerSession | undefined
}

/**
 * A new session of a user for whom a provider spoke; it replaces the one that the browser had.
 * @throws SocialFailure `account_locked`, `second_factor_required`
 */
export async function beginSocialSession(
  services: Services,
  caller: KnownCaller,
  { provider: method, former, userId, remember, isNew }: Beginning,
): Promise<LiveSession> {
  // Nothing is issued between two factors (GHSA-xg6x-h9c9-2m83).
  const { enabled } = await services.secondFactors.stateOf(userId)
  if (enabled) throw await secondStep(services, caller, { userId, remember, method })
  const beginning = { userId, remember, method, isNew }
  const live = await beginSession(services, caller, beginning).catch(asLocked)
  if (former) {
    const by = { ...actOf(caller), bySelf: true }
    const { sessionId, userId: formerUser } = former
    await services.sessions.endOfUser(sessionId, formerUser, 'signed_in_again', by)
  }
  return live
}

/** The provider has proved half of it; the same second step as after a password follows. */
async function secondStep(
  services: Services,
  caller: KnownCaller,
  half: { readonly userId: string; readonly remember: boolean; readonly method: string },
): Promise<SocialFailure> {
  const ver = await services.social.verOf(half.userId)
  if (ver === undefined) return new SocialFailure('account_locked')
  const step = await challenge(services, caller, { id: half.userId, ver }, half)
  return new SocialFailure('second_factor_required', { step })
}

function asLocked(error: unknown): never {
  const isLocked = error instanceof ProblemError && error.code === 'account_locked'
  throw isLocked ? new SocialFailure('account_locked') : error
}
