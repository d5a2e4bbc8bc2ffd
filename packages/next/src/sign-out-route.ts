import { answer, withoutSession } from './answers.js'
import { callAuthServer } from './auth-server.js'
import type { Route } from './route.js'
import { readSession, type SealedSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/** Longest wait for the auth server while a session ends. Seconds. */
const END_TIMEOUT_SECONDS = 3

/** Sign-out: the cookie goes whether or not the auth server could be told. */
export const signOut: Route = async ({ request, context }) => {
  const { settings } = context
  const session = readSession(request.headers.get('cookie'), settings)
  if (session) await endAtServer(session, settings)
  return withoutSession(answer(204), settings)
}

/** Ends a session at the auth server, as far as that answers in time. */
export async function endAtServer(session: SealedSession, settings: Settings): Promise<void> {
  const { status } = await callAuthServer(settings, {
    method: 'POST',
    path: '/logout',
    body: { refreshToken: session.refreshToken },
    timeoutSeconds: END_TIMEOUT_SECONDS,
  })
  if (status !== 204) {
    settings.logger.warn(`countersign: a session could not be ended at the server (${status})`)
  }
}
