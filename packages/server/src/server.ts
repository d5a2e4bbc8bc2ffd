import { CLOCK_TOLERANCE_SECONDS } from '@countersign/core'
import { pino } from 'pino'
import { createAudit } from './audit/audit.js'
import { createClients } from './clients/clients.js'
import { migrate } from './database/migrate.js'
import { createDevices } from './devices/devices.js'
import type { Bindings } from './http/caller.js'
import { createEndpoints } from './http/endpoints.js'
import { createLane, type Lane } from './http/lane.js'
import { openLimitStore, PURGE_LIMITS } from './http/limit-store.js'
import { createRateLimits } from './http/rate-limits.js'
import { createRequestHandler } from './http/request-handler.js'
import type { Services } from './http/services.js'
import { createIdentity } from './identity/better-auth.js'
import { breachCheck } from './identity/breached-passwords.js'
import { createPasswordPolicy } from './identity/password-policy.js'
import { createPasswords } from './identity/passwords.js'
import { openKeyRing } from './keys/key-ring.js'
import { PURGE_KEYS } from './keys/key-rows.js'
import { createMail } from './mail/mail.js'
import { createOneTimeValues } from './one-time/one-time-values.js'
import { resolveOptions, type ServerOptions } from './options.js'
import { createRevocationHub } from './revocations/hub.js'
import { databaseMessenger } from './revocations/messenger.js'
import { redisMessenger } from './revocations/redis-messenger.js'
import { createSecondFactors } from './second-factor/second-factors.js'
import { refreshTokenKeys } from './sessions/refresh-token-keys.js'
import { createSessions } from './sessions/sessions.js'
import { createSocial } from './social/social.js'
import { createAccessTokens } from './tokens/access-tokens.js'
import { createUsers } from './users/users.js'

export interface CountersignServer {
  /** Answers a request. `bindings` are those of `@hono/node-server`; they tell the peer's address. */
  fetch(request: Request, bindings?: Bindings): Promise<Response>
  /**
   * Answers over Node's own objects what is asked most often. It says `false` and touches nothing if
   * a request is for `fetch`. `listen` uses both: who wraps `fetch` leaves the lane out, or requests
   * go past the wrapping.
   */
  readonly lane?: Lane
  /** Deletes rows that ended long ago; call it now and then, from one process or all. */
  purge(): Promise<void>
  /** Reads the signing keys now instead of within half a minute, after they were changed. */
  reloadKeys(): Promise<void>
  /** Ends what waits for news or looks for it, so that nothing keeps a drain waiting: call it first. */
  close(): Promise<void>
}

/**
 * The auth server as a fetch handler: migrates the database, loads or makes the signing key and
 * registers the configured clients. The database stays the caller's to close.
 * @throws TypeError for a wrong option
 */
export async function createServer(given: ServerOptions): Promise<CountersignServer> {
  const options = resolveOptions(given)
  const { database } = options
  await migrate(database)
  const services = await createServices(options)
  for (const { id, secret, scopes } of options.clients) {
    await services.clients.put(id, secret, scopes)
  }
  const endpoints = createEndpoints(services)
  return {
    fetch: createRequestHandler(services, endpoints),
    lane: createLane(services, endpoints),
    async purge() {
      await services.sessions.purge()
      await services.oneTime.purge()
      await services.audit.purge()
      await services.devices.purge()
      await database.query({ text: PURGE_LIMITS })
      await database.query({ text: PURGE_KEYS })
    },
    reloadKeys: () => services.keys.reload(),
    async close() {
      services.keys.close()
      services.limitStore.close()
      await Promise.all([services.revocations.close(), services.mail.close()])
    },
  }
}

async function createServices(options: ReturnType<typeof resolveOptions>): Promise<Services> {
  const { database, secrets, session, breachedPasswordsUrl, failoverUntil, redisUrl } = options
  const log = options.log ?? pino({ level: 'silent' })
  const keys = await openKeyRing({ ...options, log })
  const revocations = createRevocationHub({
    database,
    messenger: redisUrl ? await redisMessenger(redisUrl, log) : databaseMessenger(database),
    issuer: options.issuer,
    keepSeconds: options.accessLifetimeSeconds + CLOCK_TOLERANCE_SECONDS,
    log,
  })
  const sessions = createSessions({
    database,
    onRevoked: revocations.announce,
    keys: refreshTokenKeys(secrets),
    policy: session,
    ...(failoverUntil ? { failoverUntil } : {}),
  })
  const users = createUsers({ database, onRevoked: revocations.announce })
  const passwords = createPasswords()
  const limitStore = await openLimitStore(options, log)
  const oneTime = createOneTimeValues(database)
  return {
    options,
    database,
    sessions,
    users,
    revocations,
    keys,
    passwords,
    log,
    tokens: createAccessTokens({
      issuer: options.issuer,
      audience: options.audience,
      lifetimeSeconds: options.accessLifetimeSeconds,
      keys,
    }),
    identity: createIdentity({
      ...options,
      passwords,
      log,
      absoluteSeconds: session.absoluteSeconds,
      onUserDeleted: users.deletedByBetterAuth,
      onUserUpdated: revocations.announce,
      onSessionDeleted: async (id) => void (await sessions.endByAuthSession(id, 'revoked')),
    }),
    audit: createAudit({ ...options, retentionDays: options.auditRetentionDays, log }),
    clients: createClients(database),
    passwordPolicy: createPasswordPolicy({
      minLength: options.passwordMinLength,
      isBreached: breachedPasswordsUrl
        ? breachCheck({ url: breachedPasswordsUrl, log })
        : undefined,
    }),
    oneTime,
    mail: createMail(options, database, log),
    devices: createDevices(database, secrets),
    secondFactors: createSecondFactors({
      database,
      secrets,
      issuer: new URL(options.webUrl ?? options.origin).hostname,
    }),
    limits: createRateLimits(options.limits, limitStore),
    limitStore,
    ...createSocial(options, oneTime),
    proxies: options.trustedProxies.length > 0 ? options.proxies : undefined,
  }
}
