/** The user as the web server describes them. */
export interface ClientUser {
  readonly id: string
  readonly email: string
  readonly name: string | null
  readonly image: string | null
  readonly role: string
}

/** The body of the token, sign-in and sign-up routes, as far as the client reads it. */
export interface TokenAnswer {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly user: ClientUser
}

/** What the client reads from the access token; it never checks a signature. */
export interface TokenFacts {
  readonly tokenId: string
  readonly sessionId: string
  /** Seconds of the issuer's clock, to be compared with other tokens only. */
  readonly issuedAt: number
  /** Seconds. */
  readonly lifetimeSeconds: number
}

/** The answer if it has that shape, else null: a captive portal's 200 is not a session. */
export function parseTokenAnswer(value: unknown): TokenAnswer | null {
  if (!isObject(value) || !isObject(value.user)) return null
  const { accessToken, expiresIn, user } = value
  const { id, email, role } = user
  if (typeof accessToken !== 'string' || !readTokenFacts(accessToken)) return null
  if (typeof expiresIn !== 'number' || !Number.isFinite(expiresIn)) return null
  if (![id, email, role].every((text) => typeof text === 'string' && text !== '')) return null
  return { accessToken, expiresIn, user: user as unknown as ClientUser }
}

/** Identifiers and times of an access token; null for anything else. */
export function readTokenFacts(accessToken: string): TokenFacts | null {
  const [, payload, signature] = accessToken.split('.')
  const claims = payload && signature ? decode(payload) : null
  if (!isObject(claims)) return null
  const { jti, sid, iat, exp } = claims
  if (typeof jti !== 'string' || typeof sid !== 'string') return null
  if (typeof iat !== 'number' || typeof exp !== 'number' || !(exp > iat)) return null
  return { tokenId: jti, sessionId: sid, issuedAt: iat, lifetimeSeconds: exp - iat }
}

function decode(segment: string): unknown {
  try {
    const binary = atob(segment.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
