import { PUBLIC_CLIENT_ID } from '@countersign/core'
import type { Act } from '../../audit/act.js'
import type { Client } from '../../clients/clients.js'
import { actOf } from '../act-of.js'
import { looksLikeRefreshToken } from '../credentials.js'
import { namesSession } from '../schemas.js'
import type { Services } from '../services.js'
import { requiredParameter } from './form-body.js'
import type { OAuthEndpoint } from './oauth-app.js'
import { OAuthError } from './oauth-error.js'

/** RFC 7009. Whatever the token is, who has no right to it learns nothing. */
export const revoke: OAuthEndpoint = async (form, client, services, caller) => {
  const token = requiredParameter(form, 'token')
  const act = { ...actOf(caller), bySelf: client.id === PUBLIC_CLIENT_ID }
  if (looksLikeRefreshToken(token)) await endByRefreshToken(token, client, services, act)
  else await endByAccessToken(token, client, services, act)
  return {}
}

async function endByRefreshToken(text: string, { id }: Client, { sessions }: Services, act: Act) {
  const token = sessions.decode(text)
  if (token) await sessions.endByTokenOfClient(token, id, 'signed_out', act)
}

/**
 * An API is handed access tokens and must not be able to end sessions with them. So their client
 * has to authenticate, and a signature that every API can make (HS256) proves nothing.
 */
async function endByAccessToken(token: string, client: Client, services: Services, act: Act) {
  const { sessions, tokens, options } = services
  const claims = await tokens.read(token)
  if (!claims || claims.client_id !== client.id || !namesSession(claims)) return
  if (client.id === PUBLIC_CLIENT_ID || options.algorithm === 'HS256') {
    throw new OAuthError('unsupported_token_type', { description: 'send the refresh token' })
  }
  await sessions.endOfClient(claims.sid, claims.sub, client.id, 'signed_out', act)
}
