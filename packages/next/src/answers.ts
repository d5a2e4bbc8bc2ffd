import { type ErrorCode, type ProblemOptions, problemResponse } from '@countersign/core'
import type { ServerReply } from './auth-server.js'
import { setCookieHeader } from './cookie.js'
import { type SealedSession, sealSession } from './sealed-session.js'
import type { Settings } from './settings.js'

/** For every answer that reads or sets a session: one that a CDN keeps is someone else's session. */
export const NO_STORE = 'private, no-store'

/** A JSON answer that no cache keeps; without a body for 204. */
export function answer(status: number, body?: unknown): Response {
  const headers = new Headers({ 'Cache-Control': NO_STORE })
  if (body === undefined) return new Response(null, { status, headers })
  headers.set('Content-Type', 'application/json')
  return new Response(JSON.stringify(body), { status, headers })
}

/** A problem answer that no cache keeps. */
export function refuse(code: ErrorCode, options: ProblemOptions = {}): Response {
  const response = problemResponse(code, options)
  response.headers.set('Cache-Control', NO_STORE)
  return response
}

/** "Try again later", after as many seconds as the auth server asked for, else 5. */
export function refuseForNow(retryAfterSeconds: number | undefined): Response {
  return refuse('service_unavailable', { retryAfterSeconds: retryAfterSeconds ?? 5 })
}

/**
 * Hands a refusal of the auth server on to the browser. Failures of the server, of our credential
 * there, and everything that is not a problem body become 503: none of them is the visitor's doing.
 */
export function passRefusal(reply: ServerReply, settings: Settings): Response {
  const { status, body, retryAfterSeconds } = reply
  const code = body?.code
  if (code === 'invalid_client') {
    settings.logger.warn('countersign: the auth server refuses this web server (invalid_client)')
    return refuseForNow(undefined)
  }
  if (status < 400 || status >= 500 || typeof code !== 'string') {
    return refuseForNow(retryAfterSeconds)
  }
  const response = answer(status, body)
  response.headers.set('Content-Type', 'application/problem+json')
  if (retryAfterSeconds) response.headers.set('Retry-After', String(retryAfterSeconds))
  return response
}

/** Adds the session cookie to an answer. */
export function withSession(
  response: Response,
  session: SealedSession,
  settings: Settings,
): Response {
  const maxAge = session.sessionExpiresAt - Math.floor(settings.now())
  const value = sealSession(session, settings)
  response.headers.append(
    'Set-Cookie',
    setCookieHeader(settings.cookie, value, session.remember ? maxAge : undefined),
  )
  return response
}

/** Deletes the session cookie with an answer. */
export function withoutSession(response: Response, settings: Settings): Response {
  response.headers.append('Set-Cookie', setCookieHeader(settings.cookie, '', 0))
  return response
}
