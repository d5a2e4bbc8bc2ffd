import { TERMINAL_CODES } from '@countersign/core'
import type { Verifier } from '@countersign/verify'
import { callAuthServer, type ServerReply } from './auth-server.js'
import { exchangeIdentity } from './auth-server-exchange.js'
import { authServerSocial } from './auth-server-social.js'
import type { Backend, RefreshOutcome, SignInOutcome } from './backend.js'
import type { SealedSession } from './sealed-session.js'
import { sessionFromReply } from './session-answer.js'
import type { Settings } from './settings.js'
import { isText } from './shape.js'
import { refusalOf } from './verifier.js'

/** Longest wait for the auth server while a session ends. Seconds. */
const END_TIMEOUT_SECONDS = 3

/** Our own auth server as the backend. */
export function authServerBackend(settings: Settings, verifier: Verifier): Backend {
  return {
    verify: ({ accessToken }) => verifier.verify(accessToken),
    refusalOf: (accessToken) => refusalOf(accessToken, verifier),
    signIn: enter(settings, '/login'),
    signUp: enter(settings, '/signup'),
    refresh: refresh(settings),
    signOut: signOut(settings),
    me: ({ accessToken }) =>
      callAuthServer(settings, { method: 'GET', path: '/me', bearer: accessToken }),
    sessions: ({ refreshToken }) =>
      callAuthServer(settings, { method: 'GET', path: '/sessions', bearer: refreshToken }),
    revoke: ({ refreshToken }, id) =>
      callAuthServer(settings, {
        method: 'DELETE',
        path: `/sessions/${id}`,
        bearer: refreshToken,
      }),
    revokeOthers: ({ refreshToken }) =>
      callAuthServer(settings, { method: 'DELETE', path: '/sessions', bearer: refreshToken }),
    secondFactor: secondFactor(settings),
    exchange: exchangeIdentity(settings),
    social: authServerSocial(settings),
    account: ({ session, ...call }) =>
      callAuthServer(settings, session ? { ...call, bearer: session.refreshToken } : call),
  }
}

function enter(settings: Settings, path: '/login' | '/signup'): Backend['signIn'] {
  return async (body, caller) => {
    const reply = await callAuthServer(settings, { method: 'POST', path, body, caller })
    if (reply.status === 202) return { kind: 'pending' }
    return nextFactorOf(reply) ?? entered(reply, settings, body.remember !== false)
  }
}

function secondFactor(settings: Settings): NonNullable<Backend['secondFactor']> {
  return async ({ remember, ...body }, caller) => {
    const path = '/second-factor'
    const reply = await callAuthServer(settings, { method: 'POST', path, body, caller })
    return entered(reply, settings, remember)
  }
}

function entered(reply: ServerReply, settings: Settings, remember: boolean): SignInOutcome {
  const session = sessionFromReply(reply, { settings, remember })
  if (!session) return { kind: 'refused', reply }
  const { status, deviceToken } = reply
  return { kind: 'signed-in', status, session, deviceToken }
}

/** The step that is asked for instead of a session; half an answer is none. */
function nextFactorOf({ status, body }: ServerReply): SignInOutcome | undefined {
  if (status !== 200 || body?.next !== 'second_factor') return undefined
  const { challenge, methods } = body
  if (!isText(challenge) || !Array.isArray(methods) || !methods.every(isText)) return undefined
  return { kind: 'second-factor', challenge, methods }
}

function refresh(settings: Settings): Backend['refresh'] {
  return async (session, caller) => {
    const body = { refreshToken: session.refreshToken }
    const reply = await callAuthServer(settings, { method: 'POST', path: '/refresh', body, caller })
    const renewed = sessionFromReply(reply, { settings, remember: session.remember })
    if (renewed && renewed.sessionId === session.sessionId)
      return { kind: 'renewed', session: renewed }
    return endOf(reply) ?? unavailable(reply, settings)
  }
}

/** A terminal answer is a 401 with one of three codes, and nothing else. */
function endOf(reply: ServerReply): RefreshOutcome | undefined {
  const code = TERMINAL_CODES.find((terminal) => terminal === reply.body?.code)
  if (reply.status !== 401 || !code) return undefined
  const reason = reply.body?.reason
  return { kind: 'ended', code, reason: typeof reason === 'string' ? reason : undefined }
}

function unavailable(reply: ServerReply, settings: Settings): RefreshOutcome {
  settings.logger.warn(`countersign: no refresh, the session is kept (${describe(reply)})`)
  return { kind: 'unavailable', retryAfterSeconds: reply.retryAfterSeconds }
}

function describe({ status, body }: ServerReply): string {
  if (body?.code === 'invalid_client') {
    return 'the auth server refuses COUNTERSIGN_CLIENT_ID and COUNTERSIGN_CLIENT_SECRET'
  }
  return status === 200 ? 'the auth server answered something else' : `status ${status}`
}

function signOut(settings: Settings): Backend['signOut'] {
  return async ({ refreshToken }: SealedSession) => {
    const { status } = await callAuthServer(settings, {
      method: 'POST',
      path: '/logout',
      body: { refreshToken },
      timeoutSeconds: END_TIMEOUT_SECONDS,
    })
    if (status === 204) return
    settings.logger.warn(`countersign: a session could not be ended at the server (${status})`)
  }
}
