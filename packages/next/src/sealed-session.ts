import { MAX_COOKIE_BYTES, readCookie } from './cookie.js'
import { CountersignError } from './errors.js'
import { seal, unseal } from './seal.js'
import type { Settings } from './settings.js'
import { asObject, isSeconds, isText, isTextOrNull, parseObject } from './shape.js'

/** The user as the auth server describes them and as the browser may see them. */
export interface User {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly image: string | null
  readonly role: string
  readonly emailVerified: boolean
  readonly createdAt: string
  readonly updatedAt: string
}

/** What the sealed cookie holds. Instants are seconds since 1970 by the clock of the web server. */
export interface SealedSession {
  /** Empty for a backend that gives none. */
  readonly refreshToken: string
  readonly accessToken: string
  readonly sessionId: string
  readonly tokenId: string
  readonly accessIssuedAt: number
  readonly accessExpiresAt: number
  readonly sessionExpiresAt: number
  /** When the refresh token ends, where the access token may outlive it. */
  readonly refreshExpiresAt?: number | undefined
  /** Whether the cookie outlives the browser. */
  readonly remember: boolean
  readonly user: User
}

/** Whether a refresh can prolong a session at all, as far as is known. `now` in seconds. */
export function isRenewable(session: SealedSession, now: number): boolean {
  return session.refreshToken !== '' && now < (session.refreshExpiresAt ?? Number.POSITIVE_INFINITY)
}

/**
 * The value of the session cookie. An image address that would make the cookie too large is left
 * out of it. Throws `cookie_too_large` if that does not help.
 */
export function sealSession(session: SealedSession, settings: Settings): string {
  const { keys, cookie } = settings
  const slim = { ...session, user: { ...session.user, image: null } }
  for (const candidate of [session, slim]) {
    const value = seal(JSON.stringify(candidate), { keys, context: cookie.name })
    if (cookie.name.length + 1 + value.length < MAX_COOKIE_BYTES) return value
  }
  throw new CountersignError('cookie_too_large', {
    message: `The session does not fit a cookie of ${MAX_COOKIE_BYTES} bytes: the auth server puts too many claims into the access token`,
  })
}

/** The session in a `Cookie` header; null for none, two, or one that this ring did not seal. */
export function readSession(cookieHeader: string | null, settings: Settings): SealedSession | null {
  const value = readCookie(cookieHeader, settings.cookie.name)
  if (!value) return null
  const text = unseal(value, { keys: settings.keys, context: settings.cookie.name })
  return text === null ? null : parseSession(parseObject(text))
}

/** What the sealed cookie held; null when anything is missing or of another type. */
export function parseSession(value: Record<string, unknown> | null): SealedSession | null {
  if (!value || typeof value.remember !== 'boolean' || !parseUser(value.user)) return null
  if (typeof value.refreshToken !== 'string') return null
  if (value.refreshExpiresAt !== undefined && !isSeconds(value.refreshExpiresAt)) return null
  const texts = ['accessToken', 'sessionId', 'tokenId']
  const instants = ['accessIssuedAt', 'accessExpiresAt', 'sessionExpiresAt']
  const isWhole =
    texts.every((name) => isText(value[name])) && instants.every((name) => isSeconds(value[name]))
  return isWhole ? (value as unknown as SealedSession) : null
}

/** The known members of a user object; null when one is missing or of another type. */
export function parseUser(value: unknown): User | null {
  const user = asObject(value)
  if (!user) return null
  const { id, email, name, image, role, emailVerified, createdAt, updatedAt } = user
  if (!isText(id) || !isText(email) || !isText(role)) return null
  if (!isTextOrNull(name) || !isTextOrNull(image) || typeof emailVerified !== 'boolean') return null
  if (!isText(createdAt) || !isText(updatedAt)) return null
  return { id, email, name, image, role, emailVerified, createdAt, updatedAt }
}
