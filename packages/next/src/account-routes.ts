import {
  answer,
  passRefusal,
  refuse,
  refuseForNow,
  withoutSession,
  withSession,
} from './answers.js'
import { callerOf, type ServerReply } from './auth-server.js'
import type { Backend } from './backend.js'
import type { Route, RouteInput } from './route.js'
import { readSession, type SealedSession } from './sealed-session.js'

type Ask = (backend: Backend, session: SealedSession) => Promise<ServerReply>

/** Who is signed in, as the backend knows it now. */
export const me: Route = (input) => onBehalfOf(input, (backend, session) => backend.me(session))

/** The user's devices. */
export const listSessions: Route = (input) =>
  onBehalfOf(input, (backend, session) => backend.sessions(session))

/** Signs out every other device. */
export const endOtherSessions: Route = (input) =>
  onBehalfOf(input, (backend, session) => backend.revokeOthers(session))

/** Signs out one device; this one too, whose cookie then goes. */
export const endSession: Route = async (input) => {
  const { id } = input
  if (id === undefined) return refuse('not_found')
  const response = await onBehalfOf(input, (backend, session) => backend.revoke(session, id))
  const current = readSession(input.request.headers.get('cookie'), input.context.settings)
  const isOwn = response.status === 204 && current?.sessionId === id
  return isOwn ? withoutSession(answer(204), input.context.settings) : response
}

/**
 * Asks the backend as the visitor, after a refresh if one is due, and hands its answer on. A session
 * that turns out to have ended keeps its cookie here; only the token route deletes it.
 */
async function onBehalfOf(input: RouteInput, ask: Ask): Promise<Response> {
  const { settings, backend, refresh, needOf } = input.context
  const session = readSession(input.request.headers.get('cookie'), settings)
  if (!session) return refuse('missing_token')
  const caller = callerOf(input.request, settings)
  if (needOf(session) === 'none') return pass(input, await ask(backend, session))
  const outcome = await refresh(session, caller)
  if (outcome.kind === 'ended') return refuse(outcome.code)
  if (outcome.kind === 'unavailable') return refuseForNow(outcome.retryAfterSeconds)
  const response = pass(input, await ask(backend, outcome.session))
  return withSession(response, outcome.session, settings)
}

function pass(input: RouteInput, reply: ServerReply): Response {
  if (reply.status === 204) return answer(204)
  const { settings } = input.context
  return reply.status === 200 && reply.body ? answer(200, reply.body) : passRefusal(reply, settings)
}
