import { existsSync } from 'node:fs'
import type { Database } from '../database/database.js'
import { FolderInUse } from '../database/folder-lock.js'
import { migrate } from '../database/migrate.js'
import { databaseFromEnvironment, type Environment, readRedisUrl } from '../environment.js'
import { publishOnce } from '../revocations/redis-messenger.js'

/**
 * Opens the database of the environment, brings it up to date, works and closes it. On PostgreSQL the
 * server may run meanwhile, and hears at once of what was revoked.
 * @throws Error with one sentence if there is no embedded database, or a running server holds it
 */
export async function withDatabase<T>(
  env: Environment,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  assertThere(env)
  const database = await databaseFromEnvironment(env).catch(explainLock)
  try {
    await migrate(database)
    return await work(database)
  } finally {
    await database.close()
  }
}

/** A mistyped folder would be a new database, in which nobody is found. */
function assertThere({ DATABASE_URL, COUNTERSIGN_DATA_DIR }: Environment): void {
  if (DATABASE_URL || !COUNTERSIGN_DATA_DIR || existsSync(COUNTERSIGN_DATA_DIR)) return
  throw new Error('there is no folder COUNTERSIGN_DATA_DIR; "countersign migrate" makes it')
}

/** Tells processes that hear by Redis. They look by themselves soon, so that a failure is none. */
export async function announceByRedis(env: Environment): Promise<void> {
  const url = readRedisUrl(env)
  if (url) await publishOnce(url).catch(() => {})
}

function explainLock(error: unknown): never {
  if (!(error instanceof FolderInUse)) throw error
  throw new Error(
    `${error.message}: stop the server first, or give it a PostgreSQL (DATABASE_URL), which both can use at once`,
    { cause: error },
  )
}
