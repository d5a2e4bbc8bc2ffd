import {
  answer,
  passRefusal,
  refuse,
  refuseForNow,
  withoutSession,
  withSession,
} from './answers.js'
import { callAuthServer, callerOf, type ServerRequest } from './auth-server.js'
import type { Route, RouteInput } from './route.js'
import { readSession, type SealedSession } from './sealed-session.js'

/** Who is signed in, as the auth server knows it now. */
export const me: Route = (input) =>
  onBehalfOf(input, ({ accessToken }) => ({ method: 'GET', path: '/me', bearer: accessToken }))

/** The user's devices. */
export const listSessions: Route = (input) =>
  onBehalfOf(input, ({ refreshToken }) => ({
    method: 'GET',
    path: '/sessions',
    bearer: refreshToken,
  }))

/** Signs out every other device. */
export const endOtherSessions: Route = (input) =>
  onBehalfOf(input, ({ refreshToken }) => ({
    method: 'DELETE',
    path: '/sessions',
    bearer: refreshToken,
  }))

/** Signs out one device; this one too, whose cookie then goes. */
export const endSession: Route = async (input) => {
  const response = await onBehalfOf(input, ({ refreshToken }) => ({
    method: 'DELETE',
    path: `/sessions/${input.id}`,
    bearer: refreshToken,
  }))
  const current = readSession(input.request.headers.get('cookie'), input.context.settings)
  const isOwn = response.status === 204 && current?.sessionId === input.id
  return isOwn ? withoutSession(answer(204), input.context.settings) : response
}

/**
 * Calls the auth server as the visitor, after a refresh if one is due, and hands its answer on. A
 * session that turns out to have ended keeps its cookie here; only the token route deletes it.
 */
async function onBehalfOf(
  input: RouteInput,
  request: (session: SealedSession) => ServerRequest,
): Promise<Response> {
  const { settings, refresh, needOf } = input.context
  const session = readSession(input.request.headers.get('cookie'), settings)
  if (!session) return refuse('missing_token')
  const caller = callerOf(input.request, settings)
  if (needOf(session) === 'none') return pass(input, request(session))
  const outcome = await refresh(session, caller)
  if (outcome.kind === 'ended') return refuse(outcome.code)
  if (outcome.kind === 'unavailable') return refuseForNow(outcome.retryAfterSeconds)
  return withSession(await pass(input, request(outcome.session)), outcome.session, settings)
}

async function pass(input: RouteInput, request: ServerRequest): Promise<Response> {
  const { settings } = input.context
  const reply = await callAuthServer(settings, request)
  if (reply.status === 204) return answer(204)
  return reply.status === 200 && reply.body ? answer(200, reply.body) : passRefusal(reply, settings)
}
