import 'server-only'
import {
  betterAuthDatabase,
  countersign,
  type Database,
  migrateBetterAuth,
  openEmbedded,
  openPostgres,
  passwords,
} from '@countersign/server/better-auth'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { setting } from './setting'

type Auth = Awaited<ReturnType<typeof start>>

/** One for the process: Next.js loads this module once for every kind of route. */
const shared = globalThis as { daybookAuth?: Promise<Auth> }

/** Better Auth with its users, and issuer of the tokens that the API verifies. A build has none. */
export function getAuth(): Promise<Auth> {
  shared.daybookAuth ??= start().catch((error: unknown) => {
    delete shared.daybookAuth
    throw error
  })
  return shared.daybookAuth
}

async function start() {
  const options = describe(await openDatabase())
  // An example brings its database with it. Otherwise this is a step of the deployment.
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  await migrateBetterAuth(betterAuth(options))
  return betterAuth(options)
}

function describe(database: Database) {
  const api = {
    id: setting('COUNTERSIGN_API_CLIENT_ID'),
    secret: setting('COUNTERSIGN_API_CLIENT_SECRET'),
  }
  return {
    baseURL: setting('COUNTERSIGN_WEB_ORIGIN'),
    secret: setting('BETTER_AUTH_SECRET'),
    database: betterAuthDatabase(database),
    emailAndPassword: { enabled: true, password: passwords },
    plugins: [
      countersign({
        database,
        audience: setting('COUNTERSIGN_AUDIENCE'),
        secret: setting('COUNTERSIGN_JWT_SECRET'),
        clients: [api],
      }),
    ],
  }
}

async function openDatabase(): Promise<Database> {
  const url = process.env.DATABASE_URL
  return url ? openPostgres({ url }) : openEmbedded({ dataDir: setting('COUNTERSIGN_DATA_DIR') })
}
