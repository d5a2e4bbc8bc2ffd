import { actJson, BY_CLI } from '../audit/act.js'
import type { Database } from '../database/database.js'
import { END_ALL_OF, END_OF_USER, LIST } from './lifecycle-sql.js'
import type { SessionListRow } from './session-rows.js'

/** The live sessions of a user, the one used last first, as an operator sees them. */
export function listSessions(database: Database, userId: string): Promise<SessionListRow[]> {
  return database.query<SessionListRow>({ text: LIST, values: [userId] })
}

/**
 * Ends one session of a user, or all; APIs that listen hear of it at once.
 * @returns how many were alive
 */
export async function endSessions(
  database: Database,
  userId: string,
  sessionId?: string,
): Promise<number> {
  const who = ['revoked', actJson(BY_CLI)]
  const ended =
    sessionId === undefined
      ? await database.query({ text: END_ALL_OF, values: [...who, userId] })
      : await database.query({ text: END_OF_USER, values: [...who, sessionId, userId] })
  return ended.length
}
