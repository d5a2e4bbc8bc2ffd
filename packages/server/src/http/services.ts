import type { BlockList } from 'node:net'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import type { Audit } from '../audit/audit.js'
import type { Clients } from '../clients/clients.js'
import type { Database } from '../database/database.js'
import type { Devices } from '../devices/devices.js'
import type { Identity } from '../identity/better-auth.js'
import type { PasswordPolicy } from '../identity/password-policy.js'
import type { Passwords } from '../identity/passwords.js'
import type { KeyRing } from '../keys/key-ring.js'
import type { Mail } from '../mail/mail.js'
import type { OneTimeValues } from '../one-time/one-time-values.js'
import type { ResolvedOptions } from '../options.js'
import type { RevocationHub } from '../revocations/hub.js'
import type { SecondFactors } from '../second-factor/second-factors.js'
import type { Sessions } from '../sessions/sessions.js'
import type { PendingSignIns } from '../social/pending-sign-in.js'
import type { Provider } from '../social/provider.js'
import type { SignInCodes } from '../social/sign-in-codes.js'
import type { SocialAccounts } from '../social/social-accounts.js'
import type { AccessTokens } from '../tokens/access-tokens.js'
import type { Users } from '../users/users.js'
import type { Bindings, Caller } from './caller.js'
import type { LimitStore } from './limit-store.js'
import type { RateLimits } from './rate-limits.js'

/** What the routes work with; made once at start-up. */
export interface Services {
  readonly options: ResolvedOptions
  readonly database: Database
  readonly sessions: Sessions
  readonly users: Users
  readonly tokens: AccessTokens
  readonly keys: KeyRing
  readonly identity: Identity
  readonly passwords: Passwords
  readonly passwordPolicy: PasswordPolicy
  readonly clients: Clients
  readonly revocations: RevocationHub
  readonly oneTime: OneTimeValues
  readonly mail: Mail
  readonly devices: Devices
  readonly secondFactors: SecondFactors
  readonly limits: RateLimits
  readonly limitStore: LimitStore
  readonly social: SocialAccounts
  readonly providers: ReadonlyMap<string, Provider>
  readonly pendingSignIns: PendingSignIns
  readonly signInCodes: SignInCodes
  readonly audit: Audit
  /** `undefined` if no proxy is trusted. */
  readonly proxies: BlockList | undefined
  readonly log: Logger
}

export interface AppEnv {
  Bindings: Bindings & { readonly requestId: string }
  Variables: { caller: Caller }
}

export type App = OpenAPIHono<AppEnv>
export type AppContext = Context<AppEnv>
