import type { ExternalIdentity } from '../backend.js'
import { isText } from '../shape.js'

/** An account at a provider, as Auth.js names it. */
export interface ProviderAccount {
  readonly provider: string
  readonly providerAccountId: string
  readonly access_token?: string | undefined
}

/** What Auth.js knows of a sign-in at a provider. */
export interface ProviderAnswer {
  readonly account: ProviderAccount
  /** As the provider described the person. */
  readonly profile: Readonly<Record<string, unknown>>
  /** As Auth.js has understood it. */
  readonly user: Readonly<Record<string, unknown>>
}

/**
 * The person at the provider; null for one without an e-mail address. The address counts as verified
 * only if the provider says so in the very profile that names it (OpenID Connect Core section 5.1).
 */
export function externalIdentity({
  account,
  profile,
  user,
}: ProviderAnswer): ExternalIdentity | null {
  const email = user.email ?? profile.email
  if (!isText(email)) return null
  const { name, image } = user
  return {
    provider: account.provider,
    accountId: account.providerAccountId,
    email,
    // As a text by Apple.
    emailVerified: String(profile.email_verified) === 'true' && profile.email === email,
    ...(isText(name) ? { name } : {}),
    ...(isText(image) ? { image } : {}),
  }
}
