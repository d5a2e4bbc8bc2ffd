import { BASE_PATH, deriveKey, type RootSecret } from '@countersign/core'
import { betterAuth } from 'better-auth'
import { Kysely, PostgresDialect } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from '../database/database.js'
import { PASSWORD_MAX_LENGTH, type Passwords } from './passwords.js'
import { type CountersignPluginOptions, countersignPlugin } from './plugin.js'

const SECRET_INFO = 'countersign/better-auth/v1'

export interface IdentityOptions extends CountersignPluginOptions {
  readonly origin: string
  readonly secrets: readonly RootSecret[]
  readonly database: Database
  readonly passwords: Passwords
  readonly passwordMinLength: number
  readonly absoluteSeconds: number
  readonly trustedOrigins: ReadonlySet<string>
  readonly log: Logger
}

/**
 * Better Auth as the engine that knows who users are. It is called from our routes and never
 * answers a browser: its session cookie, its rate limits and its refresh play no part.
 */
export type Identity = ReturnType<typeof createIdentity>

export function createIdentity(options: IdentityOptions) {
  const derived = options.secrets.map((secret) => ({
    version: secret.version,
    value: deriveKey(secret, SECRET_INFO).toString('base64url'),
  }))
  const dialect = new PostgresDialect({ pool: options.database.pool })
  return betterAuth({
    appName: 'Countersign',
    baseURL: options.origin,
    basePath: BASE_PATH,
    secrets: derived,
    database: { db: new Kysely({ dialect }), type: 'postgres', transaction: true },
    trustedOrigins: [...options.trustedOrigins],
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: options.passwordMinLength,
      // Counted in UTF-16 units there, in code points by our own schema.
      maxPasswordLength: PASSWORD_MAX_LENGTH * 2,
      password: { hash: options.passwords.hash, verify: options.passwords.verify },
    },
    session: { expiresIn: options.absoluteSeconds, disableSessionRefresh: true },
    account: { encryptOAuthTokens: true },
    verification: { storeIdentifier: 'hashed' },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'warn', log: (level, message) => options.log.debug({ level }, message) },
    plugins: [countersignPlugin(options)],
  })
}
