import type { ServerReply } from './auth-server.js'
import { parseUser, type SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'
import { isSeconds, isText } from './shape.js'
import { readTokenClaims } from './token-claims.js'

/**
 * The session in an answer of the auth server, or null for every other answer: a 200 that is not a
 * session never becomes one. The access token's end is the earlier of its `exp` and `expiresIn`
 * from now, so that a wrong clock on either side refreshes early instead of late.
 */
export function sessionFromReply(
  reply: ServerReply,
  options: { settings: Settings; remember: boolean },
): SealedSession | null {
  const { body, status } = reply
  if (!body || (status !== 200 && status !== 201)) return null
  const { accessToken, tokenType, expiresIn, refreshToken, refreshExpiresIn } = body
  if (!isText(accessToken) || tokenType !== 'Bearer' || !isText(refreshToken)) return null
  if (!isSeconds(expiresIn) || !isSeconds(refreshExpiresIn)) return null
  const claims = readTokenClaims(accessToken)
  const user = parseUser(body.user)
  if (!claims || !user || claims.sub !== user.id) return null
  const now = Math.floor(options.settings.now())
  return {
    refreshToken,
    accessToken,
    sessionId: claims.sid,
    tokenId: claims.jti,
    accessIssuedAt: now,
    accessExpiresAt: Math.min(claims.exp, now + expiresIn),
    sessionExpiresAt: now + Math.floor(refreshExpiresIn),
    remember: options.remember,
    user,
  }
}
