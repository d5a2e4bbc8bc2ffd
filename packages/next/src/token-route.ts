import { answer, refuse, refuseForNow, withoutSession, withSession } from './answers.js'
import { callerOf } from './auth-server.js'
import type { Route, RouteInput } from './route.js'
import { isRenewable, readSession, type SealedSession } from './sealed-session.js'
import { sessionBody } from './session-body.js'

/**
 * The access token for the browser. `{ rejected: jti }` names a token that an API refused: if it is
 * still the current one, it is replaced.
 *
 * 401 `missing_token` without a session; 401 with a terminal code (and `reason`) when it has ended,
 * whereupon the cookie is deleted, unless `{ keepCookie: true }` asks to leave it: a sign-in in
 * another tab may have put a newer one in its place meanwhile, which a second request would carry.
 * 503 with `Retry-After` when it cannot be told; the cookie stays.
 */
export const token: Route = async (input) => {
  const { settings, needOf } = input.context
  const session = readSession(input.request.headers.get('cookie'), settings)
  if (!session) return refuse('missing_token')
  // Without a refresh there is no other token, whoever rejects this one.
  const isRejected = isRenewable(session, settings.now()) && input.body.rejected === session.tokenId
  const need = isRejected ? 'now' : needOf(session)
  if (need === 'none') return answer(200, sessionBody(session, settings))
  return renew(session, { ...input, mayServeOld: need === 'soon' })
}

/** The same with a refresh in any case. */
export const refreshNow: Route = async (input) => {
  const { settings } = input.context
  const session = readSession(input.request.headers.get('cookie'), settings)
  if (!session) return refuse('missing_token')
  return renew(session, { ...input, mayServeOld: !isRenewable(session, settings.now()) })
}

async function renew(
  session: SealedSession,
  input: RouteInput & { mayServeOld: boolean },
): Promise<Response> {
  const { settings, refresh } = input.context
  const outcome = await refresh(session, callerOf(input.request, settings))
  switch (outcome.kind) {
    case 'renewed': {
      const response = answer(200, sessionBody(outcome.session, settings))
      return withSession(response, outcome.session, settings)
    }
    case 'unavailable': {
      if (!input.mayServeOld) return refuseForNow(outcome.retryAfterSeconds)
      return answer(200, sessionBody(session, settings))
    }
    case 'ended': {
      const extensions = outcome.reason === undefined ? {} : { reason: outcome.reason }
      const response = refuse(outcome.code, { extensions })
      return input.body.keepCookie === true ? response : withoutSession(response, settings)
    }
  }
}
