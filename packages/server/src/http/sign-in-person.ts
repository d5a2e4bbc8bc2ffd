import type { SocialError } from '@countersign/core'
import type { FormerSession } from '../social/pending-sign-in.js'
import {
  PASSWORD_PROVIDER,
  type SocialPerson,
  type SocialRefusal,
} from '../social/social-accounts.js'
import { SocialFailure } from '../social/social-failure.js'
import { actOf } from './act-of.js'
import type { LiveSession } from './judgement.js'
import type { KnownCaller } from './known-caller.js'
import { EmailAddress } from './schemas.js'
import type { Services } from './services.js'
import { beginSocialSession } from './social-session.js'

const REASONS: Readonly<Record<SocialRefusal, SocialError>> = {
  unverified_there: 'email_not_verified',
  unverified_here: 'account_not_linked',
}

/** Whose account it is at the provider. */
export interface AdmittedPerson {
  readonly userId: string
  readonly provider: string
  readonly isNew: boolean
}

interface NewSocialSession {
  readonly person: SocialPerson
  readonly remember: boolean
  readonly former?: FormerSession | undefined
}

/**
 * A new session of a person whom a provider knows; the account is made if there is none. A refusal
 * is in the audit log.
 * @throws SocialFailure
 */
export function signInPerson(
  services: Services,
  caller: KnownCaller,
  { person, ...beginning }: NewSocialSession,
): Promise<LiveSession> {
  return auditFailure(services, caller, person.provider, async () => {
    const admitted = await admit(services, caller, person)
    return beginSocialSession(services, caller, { ...admitted, ...beginning })
  })
}

/**
 * The user of a person whom a provider knows, without a session.
 * @throws SocialFailure
 */
export function admitPerson(
  services: Services,
  caller: KnownCaller,
  person: SocialPerson,
): Promise<AdmittedPerson> {
  return auditFailure(services, caller, person.provider, () => admit(services, caller, person))
}

/** Does a part of a sign-in through a provider, and writes down if it is refused. */
export async function auditFailure<T>(
  { audit }: Services,
  caller: KnownCaller,
  provider: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // Half of a sign-in is no refusal.
    if (!(error instanceof SocialFailure) || error.step) throw error
    const detail = { method: provider, reason: error.reason }
    await audit.record({ event: 'sign_in.refused', ...actOf(caller), detail })
    throw error
  }
}

async function admit(
  { social, audit }: Services,
  caller: KnownCaller,
  person: SocialPerson,
): Promise<AdmittedPerson> {
  const { provider } = person
  if (provider === PASSWORD_PROVIDER) throw new SocialFailure('sign_in_failed')
  const { data: email } = EmailAddress.safeParse(person.email)
  if (email === undefined) throw new SocialFailure('email_missing')
  const found = await social.signIn({ ...person, email })
  if (!('userId' in found)) throw new SocialFailure(REASONS[found.outcome])
  const { userId, outcome } = found
  if (outcome === 'linked') {
    const detail = { provider }
    await audit.record({ event: 'account.linked', userId, ...actOf(caller), detail })
  }
  return { userId, provider, isNew: outcome === 'made' }
}
