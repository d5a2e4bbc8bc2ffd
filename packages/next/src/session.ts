import type { SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/** The signed-in user, as server code sees them. Holds no token. */
export interface Session {
  readonly user: {
    readonly id: string
    readonly email: string
    readonly name: string | null
    readonly image: string | null
    readonly role: string
    readonly emailVerified: boolean
  }
  readonly sessionId: string
  /** When the current access token ends. Seconds since 1970. */
  readonly expiresAt: number
  /** When the session ends unless it is used before. Seconds since 1970. */
  readonly sessionExpiresAt: number
}

/** What the sealed cookie says about the visitor; null once its access token has run out. */
export function sessionView(sealed: SealedSession | null, settings: Settings): Session | null {
  if (!sealed || sealed.accessExpiresAt <= settings.now()) return null
  const { id, email, name, image, role, emailVerified } = sealed.user
  return {
    user: { id, email, name, image, role, emailVerified },
    sessionId: sealed.sessionId,
    expiresAt: sealed.accessExpiresAt,
    sessionExpiresAt: sealed.sessionExpiresAt,
  }
}
