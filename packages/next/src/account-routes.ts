import { answer, refuse, withoutSession } from './answers.js'
import { onBehalfOf } from './on-behalf-of.js'
import type { Route } from './route.js'
import { readSession } from './sealed-session.js'

/** Who is signed in, as the backend knows it now. */
export const me: Route = (input) => onBehalfOf(input, input.context.backend.me)

/** The user's devices. */
export const listSessions: Route = (input) => onBehalfOf(input, input.context.backend.sessions)

/** Signs out every other device. */
export const endOtherSessions: Route = (input) =>
  onBehalfOf(input, input.context.backend.revokeOthers)

/** Signs out one device; this one too, whose cookie then goes. */
export const endSession: Route = async (input) => {
  const { id } = input
  if (id === undefined) return refuse('not_found')
  const { backend, settings } = input.context
  const { revoke } = backend
  const response = await onBehalfOf(input, revoke && ((session) => revoke(session, id)))
  const current = readSession(input.request.headers.get('cookie'), settings)
  const isOwn = response.status === 204 && current?.sessionId === id
  return isOwn ? withoutSession(answer(204), settings) : response
}
