/** The user as the server describes them. */
export interface ClientUser {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly image: string | null
  readonly role: string
}

/** What an access token says, or is said beside it; nobody checks a signature here. Times of the issuer's clock. */
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
  /** The session ends with this token, within a minute. */
  readonly isEnding?: true
}

/**
 * Reads the body of a token, sign-in or sign-up answer; null if it is none: a captive portal's 200
 * is not a session.
 */
export function parseTokenAnswer(body: unknown): TokenAnswer | null {
  try {
    let answer = body as TokenAnswer
    if (!answer.jti) {
      const payload = answer.accessToken.split('.')[1] as string
      // Text that is not ASCII comes out garbled, but none of these is such text.
      const claims = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
      answer = { ...JSON.parse(claims), ...answer }
    }
    const { jti, sid, iat, exp, expiresIn, user } = answer
    const isToken = jti && sid && exp > iat && expiresIn >= 0
    return isToken && user.id && user.email && user.role ? answer : null
  } catch {
    return null
  }
}
