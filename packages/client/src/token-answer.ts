/** The user as the server describes them. */
export interface ClientUser {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly image: string | null
  readonly role: string
}

/** What the client reads from an access token; it checks no signature. Times of the issuer's clock. */
interface Claims {
  readonly jti: string
  readonly sid: string
  readonly iat: number
  readonly exp: number
}

/** A token, sign-in or sign-up answer. */
export interface TokenAnswer extends Claims {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly user: ClientUser
}

/**
 * Reads the body of a token, sign-in or sign-up answer; null if it is none: a captive portal's 200
 * is not a session.
 */
export function parseTokenAnswer(body: unknown): TokenAnswer | null {
  try {
    const { accessToken, expiresIn, user } = body as TokenAnswer
    const payload = accessToken.split('.')[1] as string
    // Text that is not ASCII comes out garbled, but none of these is such text.
    const { jti, sid, iat, exp } = JSON.parse(
      atob(payload.replaceAll('-', '+').replaceAll('_', '/')),
    )
    const isToken = jti && sid && exp > iat && expiresIn >= 0
    const isComplete = isToken && user.id && user.email && user.role
    return isComplete ? { accessToken, expiresIn, user, jti, sid, iat, exp } : null
  } catch {
    return null
  }
}
