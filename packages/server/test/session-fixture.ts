import { randomBytes, randomUUID } from 'node:crypto'
import {
  type EndReason,
  encodeRefreshToken,
  PUBLIC_CLIENT_ID,
  type RefreshTokenKey,
} from '@countersign/core'
import type { Database } from '../src/database/database.js'
import { type SessionPolicy, sessionPolicy } from '../src/sessions/policy.js'
import type { Judgement } from '../src/sessions/session-rows.js'
import { createSessions } from '../src/sessions/sessions.js'

export const HOUR = 3_600
export const DAY = 86_400

/** What a client holds after it signed in, and what the server knows the session by. */
export interface TestSession {
  readonly id: string
  readonly userId: string
  readonly authSessionId: string
  readonly token: string
}

/** The columns of a session that the state machine writes. */
export interface SessionState {
  readonly gen: number
  readonly parent_gen: number
  readonly rotated_at: Date
  readonly parent_used_at: Date
  readonly revoked_at: Date | null
  readonly revoke_reason: EndReason | null
}

export type SessionFixture = ReturnType<typeof sessionFixture>

/** Sessions on a test database, driven as a client drives them: by tokens. */
export function sessionFixture(database: Database, options: FixtureOptions = {}) {
  const { key = { id: 1, key: randomBytes(32) }, policy, failoverUntil } = options
  const sessions = createSessions({
    database,
    keys: [key],
    policy: sessionPolicy(policy),
    ...(failoverUntil ? { failoverUntil } : {}),
  })

  const refresh = async (token: string, clientId = PUBLIC_CLIENT_ID): Promise<Judgement> => {
    const decoded = sessions.decode(token)
    if (!decoded) throw new Error('the token is not one of ours')
    return sessions.rotate(decoded, clientId)
  }

  return {
    database,
    sessions,
    key,
    refresh,

    /** Signs in, as a new user unless `userId` names one. */
    async signIn(given: Partial<SignIn> = {}): Promise<TestSession> {
      const userId = given.userId ?? (await createUser(database))
      const { authSessionId, authSessionToken } = await createAuthSession(database, userId)
      const { remember = true, clientId = PUBLIC_CLIENT_ID } = given
      const created = await sessions.create({ authSessionToken, clientId, remember })
      if (created.outcome === 'unknown') throw new Error('the session was not created')
      return { id: created.row.id, userId, authSessionId, token: created.refreshToken }
    },

    /** Lets a session grow older: its clock is the database's, which tests cannot turn. */
    after: (sessionId: string, seconds: number) => age(database, sessionId, seconds),

    /** The token of another generation of the same session. */
    generation(token: string, generation: number): string {
      const decoded = sessions.decode(token)
      if (!decoded) throw new Error('the token is not one of ours')
      return encodeRefreshToken({ ...decoded, generation }, key)
    },

    /** Refreshes and gives the token that the client then holds. */
    async refreshed(token: string): Promise<string> {
      const judgement = await refresh(token)
      if (judgement.outcome === 'unknown') throw new Error('the session is unknown')
      return judgement.refreshToken
    },
  }
}

export interface FixtureOptions {
  /** Of another fixture, to go on with its sessions. */
  readonly key?: RefreshTokenKey
  readonly policy?: Partial<SessionPolicy>
  readonly failoverUntil?: Date
}

interface SignIn {
  readonly userId: string
  readonly remember: boolean
  readonly clientId: string
}

export async function createUser(database: Database): Promise<string> {
  const id = randomUUID()
  await database.query({
    text: 'insert into "user" (id, name, email) values ($1, $2, $3)',
    values: [id, 'Ada', `${id}@example.com`],
  })
  return id
}

/** The row that Better Auth makes when somebody signs in. */
export async function createAuthSession(database: Database, userId: string) {
  const [authSessionId, authSessionToken] = [randomUUID(), randomBytes(24).toString('base64url')]
  await database.query({
    text: `insert into "session" (id, "expiresAt", token, "updatedAt", "userId")
           values ($1, clock_timestamp() + interval '30 days', $2, clock_timestamp(), $3)`,
    values: [authSessionId, authSessionToken, userId],
  })
  return { authSessionId, authSessionToken }
}

export async function createClient(database: Database): Promise<string> {
  const id = `client-${randomUUID()}`
  await database.query({
    text: `insert into countersign_clients (id, auth_method) values ($1, 'none')`,
    values: [id],
  })
  return id
}

export async function age(database: Database, sessionId: string, seconds: number): Promise<void> {
  await database.query({
    text: `update countersign_sessions set
             rotated_at = rotated_at - make_interval(secs => $2),
             parent_used_at = parent_used_at - make_interval(secs => $2),
             created_at = created_at - make_interval(secs => $2),
             expires_at = expires_at - make_interval(secs => $2)
           where id = $1`,
    values: [sessionId, seconds],
  })
}

/** Lets every session grow older. */
export async function ageAll(database: Database, seconds: number): Promise<void> {
  const rows = await database.query<{ id: string }>({ text: 'select id from countersign_sessions' })
  for (const { id } of rows) await age(database, id, seconds)
}

/** Where a session stands: generations, and the ages in seconds of what they were written with. */
export interface Position {
  readonly gen: number
  readonly parent: number
  readonly age: number
  readonly parentAge: number
}

/** Puts a session into a position that takes many refreshes to reach. */
export async function place(
  database: Database,
  sessionId: string,
  { gen, parent, age, parentAge }: Position,
): Promise<SessionState> {
  await database.query({
    text: `update countersign_sessions set gen = $2, parent_gen = $3,
             rotated_at = clock_timestamp() - make_interval(secs => $4),
             parent_used_at = clock_timestamp() - make_interval(secs => $5)
           where id = $1`,
    values: [sessionId, gen, parent, age, parentAge],
  })
  return stateOf(database, sessionId)
}

export async function stateOf(database: Database, sessionId: string): Promise<SessionState> {
  const [state] = await database.query<SessionState>({
    text: `select gen, parent_gen, rotated_at, parent_used_at, revoked_at, revoke_reason
           from countersign_sessions where id = $1`,
    values: [sessionId],
  })
  if (!state) throw new Error('there is no such session')
  return state
}

/** Reasons of the revocations that were announced for a session, oldest first. */
export async function announced(database: Database, sessionId: string): Promise<EndReason[]> {
  const rows = await database.query<{ reason: EndReason }>({
    text: 'select reason from countersign_revocations where session_id = $1 order by id',
    values: [sessionId],
  })
  return rows.map(({ reason }) => reason)
}
