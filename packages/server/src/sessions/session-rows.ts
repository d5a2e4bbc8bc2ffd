import type { EndReason } from '@countersign/core'

/** What the state machine decided (`spec/protocol.md`, "Rotation"). */
export type Outcome =
  | 'created'
  | 'coalesce'
  | 'rotate'
  | 'replay'
  | 'recover'
  | 'fast_forward'
  | 'ahead'
  | 'wrong_client'
  | 'ended'
  | 'recovery_expired'
  | 'reuse'

/** The user as the tables know them. */
export interface UserRow {
  readonly user_id: string
  readonly email: string
  readonly name: string
  readonly image: string | null
  readonly email_verified: boolean
  readonly role: string
  readonly ver: number
  readonly user_created_at: Date
  readonly user_updated_at: Date
}

export interface RotationRow extends UserRow {
  readonly outcome: Outcome
  readonly ended_because: EndReason | null
  readonly id: string
  readonly client_id: string
  readonly remember: boolean
  readonly gen: number
  /** Seconds until the session ends if it is not refreshed. */
  readonly expires_in: number
}

/** The row as JSON brings it. */
export type RotationJson = Omit<RotationRow, 'user_created_at' | 'user_updated_at'> & {
  readonly user_created_at: string
  readonly user_updated_at: string
}

export function rotationRow(json: RotationJson): RotationRow {
  const user_created_at = new Date(json.user_created_at)
  return { ...json, user_created_at, user_updated_at: new Date(json.user_updated_at) }
}

/** `unknown`: no such session, or the salt is not its own. */
export type Judgement =
  | { readonly outcome: 'unknown' }
  | { readonly outcome: Outcome; readonly row: RotationRow; readonly refreshToken: string }

export interface SessionListRow {
  readonly id: string
  readonly created_at: Date
  readonly expires_at: Date
  readonly last_seen_at: Date
  readonly user_agent: string | null
  readonly ip: string | null
  readonly client_id: string
  readonly remember: boolean
}

export type SessionDetails = SessionListRow & UserRow
