import { answer, passRefusal, sessionBody, withSession } from './answers.js'
import { callAuthServer, callerOf } from './auth-server.js'
import type { Route } from './route.js'
import { readSession } from './sealed-session.js'
import { sessionFromReply } from './session-answer.js'
import { endAtServer } from './sign-out-route.js'

/**
 * Sign-in and sign-up: forwards the body to the auth server and keeps the refresh token in the
 * sealed cookie. A session that came with the request ends. `remember: false` makes the cookie end
 * with the browser.
 */
export function signIn(path: '/login' | '/signup'): Route {
  return async ({ request, body, context }) => {
    const { settings } = context
    const caller = callerOf(request, settings)
    const reply = await callAuthServer(settings, { method: 'POST', path, body, caller })
    // Sign-up that has to be confirmed by mail first.
    if (reply.status === 202) return answer(202)
    const session = sessionFromReply(reply, { settings, remember: body.remember !== false })
    if (!session) return passRefusal(reply, settings)
    const previous = readSession(request.headers.get('cookie'), settings)
    if (previous && previous.sessionId !== session.sessionId) await endAtServer(previous, settings)
    return withSession(answer(reply.status, sessionBody(session, settings)), session, settings)
  }
}
