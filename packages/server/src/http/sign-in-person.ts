import type { SocialError } from '@countersign/core'
import type { SocialPerson, SocialRefusal } from '../social/social-accounts.js'
import { PASSWORD_PROVIDER } from '../social/social-accounts.js'
import { SocialFailure } from '../social/social-failure.js'
import { actOf } from './act-of.js'
import { beginSession } from './begin-session.js'
import type { LiveSession } from './judgement.js'
import type { KnownCaller } from './known-caller.js'
import { ProblemError } from './problem-error.js'
import { EmailAddress } from './schemas.js'
import type { Services } from './services.js'

const REASONS: Readonly<Record<SocialRefusal, SocialError>> = {
  unverified_there: 'email_not_verified',
  unverified_here: 'account_not_linked',
}

/**
 * A new session of a person whom a provider knows; the account is made if there is none. A refusal
 * is in the audit log.
 * @throws SocialFailure
 */
export async function signInPerson(
  services: Services,
  caller: KnownCaller,
  { person, remember }: { readonly person: SocialPerson; readonly remember: boolean },
): Promise<LiveSession> {
  try {
    return await findAndBegin(services, caller, person, remember)
  } catch (error) {
    if (!(error instanceof SocialFailure)) throw error
    const detail = { method: person.provider, reason: error.reason }
    await services.audit.record({ event: 'sign_in.refused', ...actOf(caller), detail })
    throw error
  }
}

async function findAndBegin(
  services: Services,
  caller: KnownCaller,
  person: SocialPerson,
  remember: boolean,
): Promise<LiveSession> {
  const { provider: method } = person
  if (method === PASSWORD_PROVIDER) throw new SocialFailure('sign_in_failed')
  const { data: email } = EmailAddress.safeParse(person.email)
  if (email === undefined) throw new SocialFailure('email_missing')
  const found = await services.social.signIn({ ...person, email })
  if (!('userId' in found)) throw new SocialFailure(REASONS[found.outcome])
  const { userId, outcome } = found
  const beginning = { userId, remember, method, isNew: outcome === 'made' }
  return beginSession(services, caller, beginning).catch((error: unknown) => {
    const isLocked = error instanceof ProblemError && error.code === 'account_locked'
    throw isLocked ? new SocialFailure('account_locked') : error
  })
}
