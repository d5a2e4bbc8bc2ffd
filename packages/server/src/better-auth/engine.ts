import { CLOCK_TOLERANCE_SECONDS } from '@countersign/core'
import type { AuthContext } from 'better-auth'
import { describeError } from '../http/answer-error.js'
import { type KeyRing, openKeyRing } from '../keys/key-ring.js'
import { PURGE_KEYS } from '../keys/key-rows.js'
import { createRevocationHub } from '../revocations/hub.js'
import { databaseMessenger } from '../revocations/messenger.js'
import { PURGE_REVOCATIONS } from '../sessions/lifecycle-sql.js'
import { type AccessTokens, createAccessTokens } from '../tokens/access-tokens.js'
import { betterAuthLog } from './log.js'
import { planMigration } from './migration-plan.js'
import type { ResolvedOptions } from './plugin-options.js'
import { namesOf } from './schema-names.js'

const PURGE_SECONDS = 3600

/** What signs, once the database is known to have what it takes. */
export interface Signing {
  readonly keys: KeyRing
  readonly tokens: AccessTokens
}

/** What the endpoints of one Better Auth work with. */
export type Engine = ReturnType<typeof createEngine>

/** It asks the database for nothing before the first request: a build has none. */
export function createEngine(options: ResolvedOptions, context: AuthContext) {
  const { database } = options
  const issuer = options.issuer ?? context.baseURL
  const log = betterAuthLog(context.logger)
  const names = namesOf(context.tables)
  let opening: Promise<Signing> | undefined
  let purgedAt = performance.now()

  const open = async (): Promise<Signing> => {
    const missing = await planMigration(database, names)
    if (missing.length > 0) {
      throw new Error('the database lacks what countersign() needs: run migrateBetterAuth(auth)')
    }
    const lifetimeSeconds = options.accessLifetimeSeconds
    const keys = await openKeyRing({ ...options, log })
    const { audience } = options
    return { keys, tokens: createAccessTokens({ issuer, audience, lifetimeSeconds, keys }) }
  }

  return {
    options,
    issuer,
    log,
    revocations: createRevocationHub({
      database,
      messenger: databaseMessenger(database),
      issuer,
      keepSeconds: options.accessLifetimeSeconds + CLOCK_TOLERANCE_SECONDS,
      log,
    }),

    /** @throws Error if the database was not migrated, so that no revocation is lost in silence */
    signing(): Promise<Signing> {
      opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      })
      return opening
    },

    /** Clears away, now and then and in the background, what no verifier needs any more. */
    purge(): void {
      if (performance.now() < purgedAt + PURGE_SECONDS * 1000) return
      purgedAt = performance.now()
      const work = [PURGE_REVOCATIONS, PURGE_KEYS].map((text) => database.query({ text }))
      void Promise.all(work).catch((error) =>
        log.warn({ error: describeError(error) }, 'old rows were not cleared away'),
      )
    },
  }
}
