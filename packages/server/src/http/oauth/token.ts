import { PUBLIC_CLIENT_ID } from '@countersign/core'
import type { Logger } from 'pino'
import type { Client } from '../../clients/clients.js'
import type { Judgement } from '../../sessions/session-rows.js'
import { auditAnomaly } from '../audit-anomaly.js'
import { admit, type LiveSession } from '../judgement.js'
import { requiredParameter } from './form-body.js'
import type { OAuthEndpoint } from './oauth-app.js'
import { OAuthError } from './oauth-error.js'

/** The refresh grant of RFC 6749 section 6: the rotation of `/refresh` in other words. */
export const token: OAuthEndpoint = async (form, client, services, caller) => {
  const { sessions, tokens, limits, log } = services
  if (requiredParameter(form, 'grant_type') !== 'refresh_token') {
    throw new OAuthError('unsupported_grant_type')
  }
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
