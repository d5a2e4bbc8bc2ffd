import { answer, passRefusal, refuse, refuseForNow, withSession } from './answers.js'
import { type Caller, callerOf, type ServerReply } from './auth-server.js'
import type { RouteInput } from './route.js'
import { readSession, type SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/** Undefined for what the backend does not offer. */
type Ask = ((session: SealedSession, caller: Caller) => Promise<ServerReply>) | undefined

/**
 * Asks the backend as the visitor, after a refresh if one is due, and hands its answer on. A session
 * that turns out to have ended keeps its cookie here; only the token route deletes it. 404
 * `not_supported` where there is nobody to ask.
 */
export async function onBehalfOf(input: RouteInput, ask: Ask): Promise<Response> {
  const { settings, refresh, needOf } = input.context
  if (!ask) return refuse('not_supported')
  const session = readSession(input.request.headers.get('cookie'), settings)
  if (!session) return refuse('missing_token')
  const caller = callerOf(input.request, settings)
  if (needOf(session) === 'none') return passOn(await ask(session, caller), settings)
  const outcome = await refresh(session, caller)
  if (outcome.kind === 'ended') return refuse(outcome.code)
  if (outcome.kind === 'unavailable') return refuseForNow(outcome.retryAfterSeconds)
  const response = passOn(await ask(outcome.session, caller), settings)
  return withSession(response, outcome.session, settings)
}

/** Hands an answer of the backend on; a success that is no JSON is none. */
export function passOn(reply: ServerReply, settings: Settings): Response {
  const { status, body } = reply
  if (status === 204 || (status === 202 && !body)) return answer(status)
  const isAnswer = (status === 200 || status === 202) && body
  return isAnswer ? answer(status, body) : passRefusal(reply, settings)
}
