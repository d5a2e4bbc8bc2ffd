import type { LiveSession } from '../judgement.js'
import type { Services } from '../services.js'
import { userOf } from '../session-answer.js'

/** A session as the token endpoint answers it (RFC 6749 section 5.1), with its user. */
export function sessionTokens({ row, refreshToken }: LiveSession, { tokens }: Services) {
  const { accessToken, expiresIn } = tokens.issue(row)
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    refresh_token: refreshToken,
    refresh_expires_in: row.expires_in,
    user: userOf(row),
  }
}
