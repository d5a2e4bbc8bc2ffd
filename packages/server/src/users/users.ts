import { randomUUID } from 'node:crypto'
import { type Act, actJson } from '../audit/act.js'
import type { Queryable } from '../database/database.js'
import type { UserChange, UserSummary } from './user-rows.js'
import {
  BAN,
  CHANGE_EMAIL,
  CHANGE_PASSWORD,
  DELETE,
  DELETED,
  FIND_BY_EMAIL,
  LIST,
  LOCK,
  RESET_PASSWORD,
  RESET_SECOND_FACTOR,
  SET_ROLE,
  UNBAN,
} from './user-sql.js'

export interface UsersOptions {
  readonly database: Queryable
  /** Told after a revocation was committed. */
  readonly onRevoked?: () => void
}

export interface Ban {
  /** For the operator; the user is not told. */
  readonly reason?: string | undefined
  /** Until it is lifted, unless given. */
  readonly until?: Date | undefined
}

export interface PasswordChange {
  /** As the password queue made it. */
  readonly passwordHash: string
  /** The session that changed it; all others end. */
  readonly keptSessionId?: string | undefined
  /** The hash that it replaces: `unchanged` if it is another one by now. */
  readonly replacedHash?: string | undefined
  /** Whether the others go on. */
  readonly keepsOthers?: boolean | undefined
}

export interface EmailMove {
  readonly oldEmail: string
  readonly newEmail: string
  /** Whether its reader said so. */
  readonly oldAgreed: boolean
}

/** What an operator, or a user with a password, does to a user; each announces what it revokes. */
export type Users = ReturnType<typeof createUsers>

export function createUsers({ database, onRevoked = () => {} }: UsersOptions) {
  const change = async (text: string, ...values: unknown[]): Promise<UserChange> => {
    const [row] = await database.query<{ outcome: UserChange }>({ text, values })
    if (row?.outcome === 'changed') onRevoked()
    return row?.outcome ?? 'unknown_user'
  }

  return {
    /** Ends every session and refuses new ones, now or until then. Never the last admin. */
    ban(userId: string, { reason, until }: Ban = {}, act?: Act): Promise<UserChange> {
      const said = { ...(reason ? { banReason: reason } : {}), until: until?.toISOString() ?? null }
      const whole = { ...act, detail: { ...act?.detail, ...said } }
      return change(BAN, userId, reason ?? null, until ?? null, actJson(whole))
    },

    /** Lets the user sign in again. */
    unban: (userId: string, act?: Act) => change(UNBAN, userId, actJson(act)),

    /**
     * Gives another role, which tokens carry from their next refresh on. Never to the last admin.
     * @throws TypeError for a role that a token cannot carry
     */
    setRole(userId: string, role: string, act?: Act): Promise<UserChange> {
      if (!/^[\x21-\x2b\x2d-\x7e]{1,64}$/.test(role)) {
        throw new TypeError('a role is 1 to 64 printable characters without spaces and commas')
      }
      return change(SET_ROLE, userId, role, actJson(act))
    },

    /** Deletes the user with everything that Better Auth knows of them. Never the last admin. */
    remove: (userId: string, act?: Act) => change(DELETE, userId, actJson(act)),

    /** `unchanged` for a user who has no password. */
    changePassword: (
      userId: string,
      { passwordHash, keptSessionId, replacedHash, keepsOthers = false }: PasswordChange,
      act?: Act,
    ): Promise<UserChange> => {
      const kept = [keptSessionId ?? null, actJson(act), replacedHash ?? null, keepsOthers]
      return change(CHANGE_PASSWORD, userId, passwordHash, ...kept)
    },

    /** Leaves no password that would let anybody in, until its owner made another by mail. */
    forgetPassword: (userId: string, act?: Act): Promise<UserChange> =>
      change(CHANGE_PASSWORD, userId, null, null, actJson(act), null, false),

    /** For whoever reads the mail of an address; `unknown_user` if it is not the user's any more. */
    resetPassword: (userId: string, email: string, passwordHash: string, act?: Act) =>
      change(RESET_PASSWORD, userId, passwordHash, actJson(act), email, randomUUID()),

    /** Turns the second factor off and ends every session; `unchanged` if none is on. */
    resetSecondFactor: (userId: string, act?: Act) =>
      change(RESET_SECOND_FACTOR, userId, actJson(act)),

    /**
     * `unknown_user` if the user has another address by now, or a confirmed one that did not agree, or
     * if somebody has the new one.
     */
    changeEmail: (userId: string, { oldEmail, newEmail, oldAgreed }: EmailMove, act?: Act) =>
      change(CHANGE_EMAIL, userId, oldEmail, newEmail, actJson(act), oldAgreed),

    /** Makes the next statements of a transaction see every session that others were making. */
    lock: (userId: string) => database.query({ text: LOCK, values: [userId] }),

    /** To be called when Better Auth deleted a user by its own means. */
    async deletedByBetterAuth(userId: string, ver: number): Promise<void> {
      await database.query({ text: DELETED, values: [userId, ver] })
      onRevoked()
    },

    async findByEmail(email: string): Promise<UserSummary | undefined> {
      const values = [email.trim().toLowerCase()]
      const [user] = await database.query<UserSummary>({ text: FIND_BY_EMAIL, values })
      return user
    },

    /** By address, from after one on. */
    list: (after = '', limit = 100) =>
      database.query<UserSummary>({ text: LIST, values: [after, limit] }),
  }
}
