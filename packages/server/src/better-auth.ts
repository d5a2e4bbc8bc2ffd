export { countersign } from './better-auth/countersign.js'
export { betterAuthDatabase } from './better-auth/database.js'
export {
  type BetterAuthMigration,
  type MigrateOptions,
  migrateBetterAuth,
} from './better-auth/migrate.js'
export { passwords } from './better-auth/passwords.js'
export type {
  CountersignOptions,
  FeedClient,
  SigningOptions,
} from './better-auth/plugin-options.js'
export type { Database } from './database/database.js'
export { openEmbedded } from './database/embedded.js'
export { openPostgres } from './database/postgres.js'
