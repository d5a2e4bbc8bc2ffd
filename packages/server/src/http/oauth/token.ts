import { PUBLIC_CLIENT_ID, TOKEN_EXCHANGE_GRANT } from '@countersign/core'
import type { Logger } from 'pino'
import type { Client } from '../../clients/clients.js'
import type { Judgement } from '../../sessions/session-rows.js'
import { auditAnomaly } from '../audit-anomaly.js'
import { admit, type LiveSession } from '../judgement.js'
import { exchangeAssertion } from './exchange-assertion.js'
import { requiredParameter } from './form-body.js'
import type { OAuthEndpoint } from './oauth-app.js'
import { OAuthError } from './oauth-error.js'
import { redeemCode } from './redeem-code.js'

/** The token endpoint: each kind of grant becomes a session by rules of its own. */
export const token: OAuthEndpoint = async (form, client, services, caller) => {
  switch (requiredParameter(form, 'grant_type')) {
    case 'refresh_token':
      return refresh(form, client, services, caller)
    case 'authorization_code':
      return redeemCode(form, client, services, caller)
    case TOKEN_EXCHANGE_GRANT:
      return exchangeAssertion(form, client, services, caller)
    default:
      throw new OAuthError('unsupported_grant_type')
  }
}

/** The refresh grant of RFC 6749 section 6: the rotation of `/refresh` in other words. */
const refresh: OAuthEndpoint = async (form, client, services, caller) => {
  const { sessions, tokens, limits, log } = services
  const presented = sessions.decode(requiredParameter(form, 'refresh_token'))
  if (form.has('scope')) {
    throw new OAuthError('invalid_scope', { description: 'sessions have no scopes' })
  }
  if (!presented) throw new OAuthError('invalid_grant')
  await limits.refresh(presented.sessionId)
  const judgement = await sessions.rotate(presented, client.id)
  await auditAnomaly(judgement, caller, services)
  const { row, refreshToken } = admitClient(judgement, client, log)
  const { accessToken, expiresIn } = tokens.issue(row)
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    refresh_token: refreshToken,
    refresh_expires_in: row.expires_in,
  }
}

/**
 * RFC 6749 section 5.2 tells two cases apart: who shows no credential must authenticate, and who
 * authenticated holds a grant that was issued to another client.
 */
function admitClient(judgement: Judgement, client: Client, log: Logger): LiveSession {
  try {
    return admit(judgement, log)
  } catch (error) {
    const isForeign = judgement.outcome === 'wrong_client' && client.id !== PUBLIC_CLIENT_ID
    if (!isForeign) throw error
    throw new OAuthError('invalid_grant', { description: 'it was issued to another client' })
  }
}
