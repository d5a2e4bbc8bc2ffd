import { randomBytes, randomUUID } from 'node:crypto'
import {
  decodeRefreshToken,
  type EndReason,
  encodeRefreshToken,
  hashSalt,
  type RefreshToken,
  type RefreshTokenKey,
} from '@countersign/core'
import { type Act, actJson, cleanDetail } from '../audit/act.js'
import type { AuditEvent } from '../audit/events.js'
import type { Database, Statement } from '../database/database.js'
import {
  END_ALL_OF,
  END_BY_AUTH_SESSION,
  END_BY_TOKEN,
  END_BY_TOKEN_OF_CLIENT,
  END_OF_CLIENT,
  END_OF_USER,
  END_OTHERS,
  FIND,
  LIST,
  PURGE,
} from './lifecycle-sql.js'
import type { SessionPolicy } from './policy.js'
import { CREATE, INSPECT, ROTATE } from './rotation-sql.js'
import {
  type Judgement,
  type RotationJson,
  rotationRow,
  type SessionDetails,
  type SessionListRow,
} from './session-rows.js'

export interface SessionsOptions {
  readonly database: Database
  /** Newest first; all of them are accepted. */
  readonly keys: readonly [RefreshTokenKey, ...RefreshTokenKey[]]
  readonly policy: SessionPolicy
  /** Until when the operator lets tokens in that are ahead of a database which lost writes. */
  readonly failoverUntil?: Date
  /** Told after a revocation was committed. */
  readonly onRevoked?: () => void
}

export interface NewSession {
  /** Token of the Better Auth session that this one carries on. */
  readonly authSessionToken: string
  readonly clientId: string
  readonly remember: boolean
  readonly userAgent?: string | undefined
  readonly ip?: string | undefined
  /** The user's `ver` when the credentials were checked: `unknown` if they changed since. */
  readonly ver?: number | undefined
  /** What the audit log says of it: `sign_in.succeeded` unless it is named otherwise. */
  readonly act?: Pick<Act, 'requestId' | 'detail'> & { readonly event?: AuditEvent }
}

/** What the rotation state machine does with sessions; the one owner of `countersign_sessions`. */
export type Sessions = ReturnType<typeof createSessions>

export function createSessions(options: SessionsOptions) {
  const { database, keys, policy, failoverUntil, onRevoked = () => {} } = options
  const windows = [policy.coalesceSeconds, policy.graceSeconds, policy.recoverySeconds]

  const judge = async (statement: Statement, token: RefreshToken): Promise<Judgement> => {
    const [found] = await database.query<{ readonly answer: RotationJson }>(statement)
    if (!found) return { outcome: 'unknown' }
    const row = rotationRow(found.answer)
    const refreshToken = encodeRefreshToken({ ...token, generation: row.gen }, keys[0])
    return { outcome: row.outcome, row, refreshToken }
  }

  const present = (name: string, text: string, token: RefreshToken, clientId: string | null) => {
    const { sessionId, salt, generation } = token
    const salted = [sessionId, hashSalt(salt), generation, clientId]
    return judge({ name, text, values: [...salted, ...windows, failoverUntil ?? null] }, token)
  }

  const end = async (
    text: string,
    reason: EndReason,
    act: Act | undefined,
    ...values: unknown[]
  ): Promise<number> => {
    const ended = await database.query({ text, values: [reason, actJson(act), ...values] })
    if (ended.length > 0) onRevoked()
    return ended.length
  }

  return {
    /** Reads a token without asking the database; `undefined` if no key of ours made it. */
    decode: (text: string): RefreshToken | undefined => decodeRefreshToken(text, keys),

    /** Makes a session out of one of Better Auth. `unknown` if that one is gone. */
    create(session: NewSession): Promise<Judgement> {
      const token = { sessionId: randomUUID(), generation: 1, salt: randomBytes(16) }
      const { absoluteSeconds, idleSeconds, shortSessionSeconds } = policy
      const [absolute, idle] = session.remember
        ? [absoluteSeconds, idleSeconds]
        : [shortSessionSeconds, shortSessionSeconds]
      const values = [
        token.sessionId,
        session.authSessionToken,
        session.clientId,
        hashSalt(token.salt),
        absolute,
        idle,
        session.remember,
        session.userAgent ?? null,
        session.ip ?? null,
        createdJson(session.act),
        session.ver ?? null,
      ]
      return judge({ name: 'countersign_create', text: CREATE, values }, token)
    },

    /** Presents a token for a refresh. One statement, one round trip. */
    async rotate(token: RefreshToken, clientId: string): Promise<Judgement> {
      const judgement = await present('countersign_rotate', ROTATE, token, clientId)
      const { outcome } = judgement
      if (outcome === 'reuse' || outcome === 'recovery_expired') onRevoked()
      return judgement
    },

    /** Judges a token without writing, for calls that a session authenticates, by any client. */
    inspect: (token: RefreshToken) => present('countersign_inspect', INSPECT, token, null),

    /** Live sessions of a user. */
    list: (userId: string) => database.query<SessionListRow>({ text: LIST, values: [userId] }),

    /** A live session of a live user. */
    async find(sessionId: string, userId: string): Promise<SessionDetails | undefined> {
      const values = [sessionId, userId]
      const [row] = await database.query<SessionDetails>({
        name: 'countersign_find',
        text: FIND,
        values,
      })
      return row
    },

    /** Each of these ends what is alive and returns how many that were; `act` says who did it. */
    endByToken: ({ sessionId, salt }: RefreshToken, reason: EndReason, act?: Act) =>
      end(END_BY_TOKEN, reason, act, sessionId, hashSalt(salt)),
    endOfUser: (sessionId: string, userId: string, reason: EndReason, act?: Act) =>
      end(END_OF_USER, reason, act, sessionId, userId),
    endByTokenOfClient: (token: RefreshToken, clientId: string, reason: EndReason, act?: Act) =>
      end(END_BY_TOKEN_OF_CLIENT, reason, act, token.sessionId, hashSalt(token.salt), clientId),
    endOfClient: (
      sessionId: string,
      userId: string,
      clientId: string,
      reason: EndReason,
      act?: Act,
    ) => end(END_OF_CLIENT, reason, act, sessionId, userId, clientId),
    endOthers: (userId: string, keptSessionId: string, reason: EndReason, act?: Act) =>
      end(END_OTHERS, reason, act, userId, keptSessionId),
    endAllOf: (userId: string, reason: EndReason, act?: Act) =>
      end(END_ALL_OF, reason, act, userId),
    endByAuthSession: (authSessionId: string, reason: EndReason, act?: Act) =>
      end(END_BY_AUTH_SESSION, reason, act, authSessionId),

    /** Deletes rows that ended long ago. */
    async purge(): Promise<void> {
      for (const text of PURGE) await database.query({ text })
    },
  }
}

/** What a new session's line in the audit log says more. */
function createdJson(act: NewSession['act']): string | null {
  if (!act) return null
  const { event, requestId, detail } = act
  return JSON.stringify({ event, requestId, detail: cleanDetail(detail) })
}
