import type { RotationRow } from '../sessions/session-rows.js'
import { auditAnomaly } from './audit-anomaly.js'
import { bearerToken, looksLikeRefreshToken } from './credentials.js'
import { admit } from './judgement.js'
import { ProblemError } from './problem-error.js'
import { readRefreshCookie, refreshCookie } from './refresh-cookie.js'
import type { AppContext, Services } from './services.js'

/**
 * The session that authenticates a call on the account: an API that was handed an access token must
 * not be able to act on the account with it.
 */
export async function authenticateSession(c: AppContext, services: Services): Promise<RotationRow> {
  const { headers } = c.req.raw
  const { sessions, options, log } = services
  const { fromBrowser, userAgent } = c.get('caller')
  const text = fromBrowser
    ? readRefreshCookie(headers, refreshCookie(options.origin, userAgent))
    : bearerToken(headers)
  if (text === undefined) throw new ProblemError('missing_token')
  if (!looksLikeRefreshToken(text)) throw new ProblemError('invalid_token')
  const token = sessions.decode(text)
  if (!token) throw new ProblemError('refresh_invalid')
  const judgement = await sessions.inspect(token)
  await auditAnomaly(judgement, c.get('caller'), services)
  return admit(judgement, log).row
}
