import { type AccessTokenClaims, PUBLIC_CLIENT_ID } from '@countersign/core'
import type { Client } from '../../clients/clients.js'
import type { Outcome, SessionDetails } from '../../sessions/session-rows.js'
import { looksLikeRefreshToken } from '../credentials.js'
import { AHEAD_RETRY_SECONDS } from '../judgement.js'
import { ProblemError } from '../problem-error.js'
import { namesSession } from '../schemas.js'
import type { Services } from '../services.js'
import { requiredParameter } from './form-body.js'
import type { OAuthEndpoint } from './oauth-app.js'
import { OAuthError } from './oauth-error.js'

/** All that is ever said of a token that is not valid right now (RFC 7662 section 2.2). */
const INACTIVE = { active: false } as const

/** A refresh with such a token would be answered with a session. */
const REFRESHES: ReadonlySet<Outcome> = new Set([
  'coalesce',
  'rotate',
  'replay',
  'recover',
  'fast_forward',
])

/** RFC 7662, for clients with the scope `tokens:introspect`. It writes nothing. */
export const introspect: OAuthEndpoint = async (form, client, services) => {
  assertMayIntrospect(client)
  const token = requiredParameter(form, 'token')
  return looksLikeRefreshToken(token)
    ? describeRefreshToken(token, services)
    : describeAccessToken(token, services)
}

function assertMayIntrospect({ id, scopes }: Client): void {
  if (id === PUBLIC_CLIENT_ID) throw new OAuthError('invalid_client')
  if (scopes.includes('tokens:introspect')) return
  throw new OAuthError('insufficient_scope', { description: 'it needs tokens:introspect' })
}

async function describeRefreshToken(text: string, { sessions, options }: Services) {
  const token = sessions.decode(text)
  const judgement = token ? await sessions.inspect(token) : undefined
  if (!judgement || judgement.outcome === 'unknown') return INACTIVE
  const { outcome, row } = judgement
  if (outcome === 'ahead') {
    throw new ProblemError('service_unavailable', { retryAfterSeconds: AHEAD_RETRY_SECONDS })
  }
  if (!REFRESHES.has(outcome)) return INACTIVE
  return {
    active: true,
    iss: options.issuer,
    sub: row.user_id,
    client_id: row.client_id,
    sid: row.id,
    exp: Math.floor(Date.now() / 1000) + row.expires_in,
  }
}

/** The signature says who made it, the database whether session and user still stand behind it. */
async function describeAccessToken(token: string, { sessions, tokens }: Services) {
  const claims = await tokens.read(token)
  if (!claims || !namesSession(claims)) return INACTIVE
  const session = await sessions.find(claims.sid, claims.sub)
  if (!session || !isConfirmed(claims, session)) return INACTIVE
  return { ...claims, active: true, token_type: 'Bearer' }
}

/** Every API can sign what it likes with a shared secret (HS256). */
function isConfirmed(claims: AccessTokenClaims, session: SessionDetails): boolean {
  const { client_id, role, ver } = claims
  return ver >= session.ver && role === session.role && client_id === session.client_id
}
