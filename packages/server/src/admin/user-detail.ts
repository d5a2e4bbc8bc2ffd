import type { Queryable } from '../database/database.js'

/** What an administrator sees of a user beyond the list. */
export interface UserDetailRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly image: string | null
  readonly role: string
  readonly email_verified: boolean
  readonly banned: boolean
  readonly ban_reason: string | null
  readonly ban_expires: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly has_password: boolean
  readonly has_second_factor: boolean
  /** Third parties through which the user can sign in. */
  readonly providers: readonly string[]
}

/** $1 user. */
const FIND_USER = `
select u.id, u.email, u.name, u.image, u.role, u."emailVerified" as email_verified,
  u.banned and (u."banExpires" is null or u."banExpires" > clock_timestamp()) as banned,
  u."banReason" as ban_reason, u."banExpires" as ban_expires,
  u."createdAt" as created_at, u."updatedAt" as updated_at,
  exists (
    select from "account" a
    where a."userId" = u.id and a."providerId" = 'credential' and a.password is not null
  ) as has_password,
  exists (
    select from countersign_second_factors f
    where f.user_id = u.id and f.activated_at is not null
  ) as has_second_factor,
  array(
    select distinct a."providerId"
    from "account" a
    where a."userId" = u.id and a."providerId" <> 'credential'
    order by a."providerId"
  ) as providers
from "user" u
where u.id = $1`

export async function findUser(
  database: Queryable,
  userId: string,
): Promise<UserDetailRow | undefined> {
  const [row] = await database.query<UserDetailRow>({ text: FIND_USER, values: [userId] })
  return row
}
