import { isRenewable, type SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/** How long before its end a session is said to end, where no refresh can put that off. Seconds. */
const ANNOUNCED_SECONDS = 60

/** A browser that comes back this much earlier hears it as well. Seconds. */
const EARLY_SECONDS = 5

/** The body that tells a browser about its session. It never holds a refresh token. */
export function sessionBody(session: SealedSession, settings: Settings) {
  const now = settings.now()
  const body = {
    accessToken: session.accessToken,
    tokenType: 'Bearer',
    expiresIn: Math.max(0, Math.floor(session.accessExpiresAt - now)),
    user: session.user,
    serverTime: Math.floor(now),
  }
  return settings.backend ? { ...body, ...foreignMembers(session, body) } : body
}

/**
 * What our own access tokens say of themselves, beside a token that may look like anything. The last
 * token of a session is told to end a minute early: the browser comes back then, and hears of the end.
 */
function foreignMembers(
  session: SealedSession,
  { expiresIn, serverTime }: { expiresIn: number; serverTime: number },
) {
  const { tokenId: jti, sessionId: sid, accessIssuedAt: iat, accessExpiresAt: exp } = session
  if (isRenewable(session, serverTime)) return { jti, sid, iat, exp }
  const isEnding = expiresIn <= ANNOUNCED_SECONDS + EARLY_SECONDS
  const told = isEnding ? expiresIn : expiresIn - ANNOUNCED_SECONDS
  const times = { iat: serverTime, exp: serverTime + Math.max(1, told), expiresIn: told }
  return { jti, sid, ...times, ...(isEnding ? { isEnding } : {}) }
}
