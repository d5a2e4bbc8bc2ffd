import {
  ACCESS_TOKEN_LIFETIME_SECONDS,
  ALGORITHMS,
  type AsymmetricAlgorithm,
  hmacKey,
  parseRootSecrets,
} from '@countersign/core'
import { z } from 'zod'
import { CLIENT_ID_RULE, isClientId } from '../clients/client-id.js'
import type { Database } from '../database/database.js'

/** A program that reads the revocation feed, such as an API. */
export interface FeedClient {
  readonly id: string
  /** At least 32 characters. */
  readonly secret: string
}

/** Keys of our own, published at `/api/auth/countersign/jwks`. */
export interface SigningOptions {
  /** `EdDSA` unless given. */
  readonly algorithm?: AsymmetricAlgorithm
  /** Root secret under which the private keys rest encrypted, or `2:newest,1:older`. Of no other use. */
  readonly secret: string
}

/** Exactly one of `secret` and `signing` says how tokens are signed. */
export interface CountersignOptions {
  /** Value of `aud` in access tokens: the APIs that may accept them. */
  readonly audience: string | readonly string[]
  /** The PostgreSQL that Better Auth has its tables in. */
  readonly database: Database
  /** Secret shared with the APIs (HS256); several while one replaces another, the new one first. */
  readonly secret?: string | readonly string[]
  /** Signs with a key that no API holds. */
  readonly signing?: SigningOptions
  /** Who may read the revocation feed. Nobody unless given. */
  readonly clients?: readonly FeedClient[]
  /** Lifetime of an access token, in seconds; 900 unless given. */
  readonly accessLifetimeSeconds?: number
  /** `iss` of tokens, where it is not `baseURL` followed by `basePath`. */
  readonly issuer?: string
  /** The one role of a user. By default the admin plugin's, or `user` where that is none or a list. */
  readonly role?: (user: Readonly<Record<string, unknown>>) => string
}

const text = z.string().min(1)
const algorithms = ALGORITHMS.filter((name) => name !== 'HS256')

const schema = z.strictObject({
  audience: z.union([text, z.array(text).min(1)]),
  database: z.custom<Database>(
    (value) => typeof (value as Database | null)?.listen === 'function',
    'must be what openPostgres or openEmbedded gives',
  ),
  secret: z.union([text, z.array(text).min(1)]).optional(),
  signing: z
    .strictObject({ algorithm: z.enum(algorithms).default('EdDSA'), secret: text })
    .optional(),
  clients: z
    .array(
      z.strictObject({ id: z.string().refine(isClientId, CLIENT_ID_RULE), secret: text.min(32) }),
    )
    .default([]),
  accessLifetimeSeconds: z
    .number()
    .int()
    .positive()
    .max(86_400)
    .default(ACCESS_TOKEN_LIFETIME_SECONDS),
  issuer: z.url({ protocol: /^https?$/ }).optional(),
  role: z.custom<CountersignOptions['role']>((value) => typeof value === 'function').optional(),
})

export type ResolvedOptions = ReturnType<typeof resolveOptions>

/**
 * Reads options once, with defaults, frozen.
 * @throws TypeError that names the option and the rule, never a value
 */
export function resolveOptions(options: CountersignOptions) {
  const parsed = schema.safeParse(options)
  if (!parsed.success) throw new TypeError(explain(parsed.error))
  const { secret, signing, ...rest } = parsed.data
  if ((secret === undefined) === (signing === undefined)) {
    throw new TypeError('countersign: give exactly one of "secret" and "signing"')
  }
  const jwtSecrets = secret === undefined ? undefined : [secret].flat()
  jwtSecrets?.forEach(hmacKey)
  return Object.freeze({
    ...rest,
    ...(jwtSecrets ? { jwtSecrets } : {}),
    algorithm: signing?.algorithm ?? ('HS256' as const),
    secrets: signing ? parseRootSecrets(signing.secret) : [],
  })
}

function explain(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue?.code === 'unrecognized_keys') {
    return `countersign: unknown option "${issue.keys.join('", "')}"`
  }
  return `countersign: option "${issue?.path.join('.')}": ${issue?.message}`
}
