import { answer, passRefusal, sessionBody, withSession } from './answers.js'
import { callerOf } from './auth-server.js'
import type { Route } from './route.js'
import { readSession } from './sealed-session.js'

/**
 * Sign-in and sign-up: forwards the body to the backend and keeps the refresh token in the sealed
 * cookie. A session that came with the request ends. `remember: false` makes the cookie end with
 * the browser.
 */
export function signIn(kind: 'signIn' | 'signUp'): Route {
  return async ({ request, body, context }) => {
    const { settings, backend } = context
    const outcome = await backend[kind](body, callerOf(request, settings))
    if (outcome.kind === 'pending') return answer(202)
    if (outcome.kind === 'refused') return passRefusal(outcome.reply, settings)
    const { session, status } = outcome
    const previous = readSession(request.headers.get('cookie'), settings)
    if (previous && previous.sessionId !== session.sessionId) await backend.signOut(previous)
    return withSession(answer(status, sessionBody(session, settings)), session, settings)
  }
}
