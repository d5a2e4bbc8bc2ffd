/** What a change of a user came to. */
export type UserChange = 'changed' | 'unchanged' | 'last_admin' | 'unknown_user'

export interface UserSummary {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly banned: boolean
  readonly ban_reason: string | null
  /** Null: until it is lifted. */
  readonly ban_expires: Date | null
  readonly created_at: Date
}
