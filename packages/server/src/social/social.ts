import type { RootSecret } from '@countersign/core'
import type { Database } from '../database/database.js'
import type { OneTimeValues } from '../one-time/one-time-values.js'
import type { OutgoingAddresses } from '../outgoing/outgoing-fetch.js'
import { createPendingSignIns } from './pending-sign-in.js'
import { createProviders, type SocialProviderOptions } from './provider-options.js'
import { createSignInCodes } from './sign-in-codes.js'
import { createSocialAccounts } from './social-accounts.js'

export interface SocialOptions {
  readonly database: Database
  readonly secrets: readonly RootSecret[]
  readonly socialProviders: readonly SocialProviderOptions[]
  readonly outgoingAddresses: OutgoingAddresses
}

/**
 * Everything that sign-in through a provider needs.
 * @throws TypeError for an OpenID provider without a name or an issuer
 */
export function createSocial(options: SocialOptions, oneTime: OneTimeValues) {
  const { database, secrets, socialProviders, outgoingAddresses } = options
  return {
    social: createSocialAccounts(database),
    providers: createProviders(socialProviders, outgoingAddresses),
    pendingSignIns: createPendingSignIns(oneTime, secrets),
    signInCodes: createSignInCodes(oneTime),
  }
}
