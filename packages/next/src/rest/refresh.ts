import type { Backend, RefreshOutcome } from '../backend.js'
import { isRenewable, type SealedSession, type User } from '../sealed-session.js'
import { callRest, type Line, type RestReply } from './call.js'
import { isEnd } from './errors.js'
import { tokensIn, userFrom } from './read-answer.js'
import { carried } from './refresh-cookie.js'
import { sessionOf } from './session.js'

/**
 * The refresh of a backend, once. It waits for a late answer: whoever gave up on it asks again, and
 * an answer that nobody heard would be the end of a session that rotates.
 */
export function restRefresh(
  line: Line,
  refusalOf: Backend['refusalOf'] = () => undefined,
): Backend['refresh'] {
  const { settings, rest } = line
  return async (session, caller) => {
    const path = rest.paths.refresh
    if (!path || !isRenewable(session, settings.now())) {
      const isRefused = refusalOf(session.accessToken) === 'token_revoked'
      return isRefused ? REVOKED : withoutRefresh(session, settings.now())
    }
    const { refreshToken, accessToken } = session
    const usual = carried(rest, refreshToken)
    const reply = await callRest(line, {
      ...{ method: 'POST', path, caller, ...usual, timeoutSeconds: rest.lateSeconds },
      body: () => rest.map.refresh?.({ refreshToken, accessToken }) ?? usual.body(),
    })
    if (isEnd(reply, rest.map)) return { kind: 'ended', code: 'refresh_invalid', reason: undefined }
    const renewed = reply.status === 200 || reply.status === 201 ? renew(line, session, reply) : ''
    if (typeof renewed === 'object') return { kind: 'renewed', session: renewed }
    const why = renewed === '' ? `status ${reply.status}` : `its answer ${renewed}`
    settings.logger.warn(`countersign: no refresh at the backend, the session is kept (${why})`)
    return { kind: 'unavailable', retryAfterSeconds: reply.retryAfterSeconds }
  }
}

/** The backend takes the only token that there is for worthless. */
const REVOKED: RefreshOutcome = { kind: 'ended', code: 'session_ended', reason: 'revoked' }

/** The token serves until its end, and then there is nothing more. */
function withoutRefresh(session: SealedSession, now: number): RefreshOutcome {
  if (session.accessExpiresAt - now >= 1) {
    return { kind: 'unavailable', retryAfterSeconds: undefined }
  }
  return { kind: 'ended', code: 'session_ended', reason: 'expired' }
}

function renew(line: Line, previous: SealedSession, reply: RestReply): SealedSession | string {
  const tokens = tokensIn(line, reply)
  if (!tokens) return 'has no access token'
  const described: User | null = userFrom(line, tokens.user)
  if (described && described.id !== previous.user.id) return 'is about another user'
  const user = described ?? previous.user
  return sessionOf(line, { tokens, user, remember: previous.remember, previous })
}
