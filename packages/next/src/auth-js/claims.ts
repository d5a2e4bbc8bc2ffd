import type { SealedSession } from '../sealed-session.js'

/** What is in the JWT of Auth.js: who, in which session. No token of ours is. */
export interface Claims {
  readonly sub: string
  readonly name: string | null
  readonly email: string
  readonly picture: string | null
  /** Id of the session that the sealed cookie holds. */
  readonly csid: string
}

/** The claims that say which session a JWT of Auth.js belongs to. */
export function claimsOf({ sessionId, user }: SealedSession): Claims {
  const { id, name, email, image } = user
  return { sub: id, name, email, picture: image, csid: sessionId }
}

/**
 * Whether a JWT of Auth.js belongs to the session. A newer session of the same user counts: Auth.js sets
 * its cookie again with every answer, so that an old one may come back after a new sign-in.
 */
export function belongTogether(
  token: Readonly<Record<string, unknown>>,
  session: SealedSession,
): boolean {
  return typeof token.csid === 'string' && token.sub === session.user.id
}

/** The user of a session, as `auth()` and `useSession` show them. */
export interface SessionUser {
  id: string
  email: string
  name: string | null
  image: string | null
  role: string
}

/** The session of Auth.js filled from ours. */
export function describeSession<S>(session: S, { user, sessionExpiresAt }: SealedSession) {
  const { id, email, name, image, role } = user
  const shown: SessionUser = { id, email, name, image, role }
  const expires = new Date(sessionExpiresAt * 1000).toISOString()
  return { ...session, user: shown, expires }
}
