import { answer, passRefusal, refuse, withSession } from './answers.js'
import type { SignInOutcome } from './backend.js'
import { newcomerOf, withDevice } from './device-cookie.js'
import type { Route, RouteInput } from './route.js'
import { readSession } from './sealed-session.js'
import { sessionBody } from './session-body.js'
import { isText } from './shape.js'

/**
 * Sign-in and sign-up: forwards the body to the backend and keeps the refresh token in the sealed
 * cookie. A session that came with the request ends. `remember: false` makes the cookie end with
 * the browser.
 */
export function signIn(kind: 'signIn' | 'signUp'): Route {
  return async (input) => {
    const { request, body, context } = input
    const outcome = await context.backend[kind](body, newcomerOf(request, context.settings))
    return answerTo(outcome, input, body.remember !== false)
  }
}

/**
 * The second factor: `{ challenge, code }` with the challenge of the sign-in, answered like a sign-in.
 */
export const secondFactor: Route = async (input) => {
  const { request, body, context } = input
  const { backend, settings } = context
  if (!backend.secondFactor) return refuse('not_supported')
  const { challenge, remember } = readChallenge(body.challenge)
  const all = { ...body, challenge, remember }
  const outcome = await backend.secondFactor(all, newcomerOf(request, settings))
  return answerTo(outcome, input, remember)
}

async function answerTo(
  outcome: SignInOutcome,
  { request, context }: RouteInput,
  remember: boolean,
): Promise<Response> {
  const { settings } = context
  if (outcome.kind === 'pending') return answer(202)
  if (outcome.kind === 'refused') return passRefusal(outcome.reply, settings)
  if (outcome.kind === 'second-factor') {
    const challenge = markChallenge(outcome.challenge, remember)
    return answer(200, { next: 'second_factor', challenge, methods: outcome.methods })
  }
  const { session, status } = outcome
  const previous = readSession(request.headers.get('cookie'), settings)
  if (previous && previous.sessionId !== session.sessionId) await context.signOut(previous)
  const response = withSession(answer(status, sessionBody(session, settings)), session, settings)
  return withDevice(response, outcome, settings)
}

/** Whether the cookie shall outlive the browser was said with the password; it travels along. */
const LASTING = 'r.'
const PASSING = 's.'

/** As the browser holds it until the second step. */
export function markChallenge(challenge: string, remember: boolean): string {
  return (remember ? LASTING : PASSING) + challenge
}

function readChallenge(value: unknown): { challenge: unknown; remember: boolean } {
  if (!isText(value)) return { challenge: value, remember: false }
  const isMarked = value.startsWith(LASTING) || value.startsWith(PASSING)
  return { challenge: isMarked ? value.slice(2) : value, remember: value.startsWith(LASTING) }
}
