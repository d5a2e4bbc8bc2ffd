import { z } from 'zod'
import { type OutgoingAddresses, outgoingFetch } from '../outgoing/outgoing-fetch.js'
import type { Provider } from './provider.js'
import { githubProvider } from './providers/github.js'
import { openidProvider } from './providers/openid.js'
import { PASSWORD_PROVIDER } from './social-accounts.js'

/** A provider that people may sign in with. `google` and `github` know their addresses. */
export interface SocialProviderOptions {
  /** `google`, `github`, or what paths and the database call another OpenID provider. */
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  /** What its button says. Needed for others than Google and GitHub. */
  readonly name?: string | undefined
  /** Issuer identifier of an OpenID provider. Needed for others than Google and GitHub. */
  readonly issuer?: string | undefined
  /** Address of a GitHub Enterprise Server. */
  readonly url?: string | undefined
  /** What an OpenID provider is asked for; `openid`, `email` and `profile` unless given. */
  readonly scopes?: readonly string[] | undefined
}

const text = z.string().min(1)
const address = z.url({ protocol: /^https?$/ })

export const socialProviders: z.ZodType<readonly SocialProviderOptions[]> = z
  .array(
    z.strictObject({
      id: z
        .string()
        .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9, - and _')
        .refine((id) => id !== PASSWORD_PROVIDER, 'is taken'),
      clientId: text,
      clientSecret: text,
      name: text.max(64).optional(),
      issuer: address.optional(),
      url: address.transform((url) => url.replace(/\/+$/, '')).optional(),
      scopes: z.array(text).min(1).optional(),
    }),
  )
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'has an id twice')

const OPENID_SCOPES = ['openid', 'email', 'profile']
const PRESETS: Readonly<Record<string, { readonly name: string; readonly issuer: string }>> = {
  google: { name: 'Google', issuer: 'https://accounts.google.com' },
}

/**
 * The providers of a server.
 * @throws TypeError for an OpenID provider without a name or an issuer
 */
export function createProviders(
  all: readonly SocialProviderOptions[],
  addresses: OutgoingAddresses,
): ReadonlyMap<string, Provider> {
  const fetch = outgoingFetch(addresses)
  return new Map(all.map((options) => [options.id, createProvider(options, fetch)]))
}

function createProvider(
  options: SocialProviderOptions,
  fetch: ReturnType<typeof outgoingFetch>,
): Provider {
  const { id, clientId, clientSecret, url, scopes = OPENID_SCOPES } = options
  if (id === 'github' && !options.issuer) {
    return githubProvider(
      { id, clientId, clientSecret, url, name: options.name ?? 'GitHub' },
      fetch,
    )
  }
  const { name, issuer } = { ...PRESETS[id], ...withoutUndefined(options) }
  if (!name || !issuer) {
    throw new TypeError(`option "socialProviders": ${id} needs a name and an issuer`)
  }
  return openidProvider({ id, clientId, clientSecret, scopes, name, issuer }, fetch)
}

function withoutUndefined({ name, issuer }: SocialProviderOptions) {
  return { ...(name ? { name } : {}), ...(issuer ? { issuer } : {}) }
}
