import type { Context } from '../context.js'
import { verified } from '../data-access.js'
import { readSession, type SealedSession, type User } from '../sealed-session.js'

/** A user as Better Auth describes them. */
export function userOf(user: User) {
  return {
    ...user,
    name: user.name ?? '',
    createdAt: new Date(user.createdAt),
    updatedAt: new Date(user.updatedAt),
  }
}

/**
 * The session in a `Cookie` header as Better Auth describes one, or null. The access token behind
 * it is verified each time; e-mail and role are what it says.
 */
export async function sessionOf(context: Context, cookieHeader: string | null) {
  const sealed = readSession(cookieHeader, context.settings)
  const found = sealed && (await verified(() => context, cookieHeader))
  if (!found) return null
  const { email, role } = found.session.user
  return { session: describe(sealed), user: { ...userOf(sealed.user), email, role } }
}

/** No member is a credential: `token`, by which Better Auth names a session, is its id here. */
function describe(sealed: SealedSession) {
  // When the session began is not in the cookie; what is known is the begin of its current token.
  const renewedAt = new Date(sealed.accessIssuedAt * 1000)
  return {
    id: sealed.sessionId,
    token: sealed.sessionId,
    userId: sealed.user.id,
    expiresAt: new Date(sealed.sessionExpiresAt * 1000),
    createdAt: renewedAt,
    updatedAt: renewedAt,
    ipAddress: null,
    userAgent: null,
  }
}
