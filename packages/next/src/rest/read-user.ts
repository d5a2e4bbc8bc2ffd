import type { User } from '../sealed-session.js'
import { isText } from '../shape.js'
import type { Json, RestUser } from './options.js'

const UNKNOWN_DATE = '1970-01-01T00:00:00.000Z'

/** The user in a backend's description of one, by the names that are in use. */
export function readUser(user: Json): RestUser {
  const any = (...names: string[]) => names.map((name) => user[name]).find(isGiven)
  return {
    id: any('id', '_id', 'user_id', 'userId', 'uuid', 'sub'),
    email: any('email', 'email_address', 'emailAddress'),
    name: any('name', 'full_name', 'fullName', 'display_name', 'displayName', 'username'),
    image: any('image', 'avatar', 'avatar_url', 'avatarUrl', 'picture'),
    role: any('role') ?? onlyOf(user.roles),
    emailVerified: any('emailVerified', 'email_verified', 'is_verified', 'isVerified'),
    createdAt: any('createdAt', 'created_at'),
    updatedAt: any('updatedAt', 'updated_at'),
  }
}

/**
 * A whole user; null without an id or an address. A role that is not one word is `user`, the least
 * there is: which one of several counts is for `map.user` to say.
 */
export function completeUser(user: RestUser): User | null {
  const { email, emailVerified, createdAt, updatedAt } = user
  const id = typeof user.id === 'number' ? String(user.id) : user.id
  if (!isText(id) || !isText(email)) return null
  const isRole = isText(user.role) && !user.role.includes(',')
  return {
    id,
    email,
    name: isText(user.name) ? user.name : null,
    image: isText(user.image) ? user.image : null,
    role: isRole ? (user.role as string) : 'user',
    emailVerified: emailVerified === true,
    createdAt: isText(createdAt) ? createdAt : UNKNOWN_DATE,
    updatedAt: isText(updatedAt) ? updatedAt : UNKNOWN_DATE,
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function onlyOf(roles: unknown): unknown {
  return Array.isArray(roles) && roles.length === 1 ? roles[0] : undefined
}
