import { createHash } from 'node:crypto'
import { TERMINAL_CODES, type TerminalCode } from '@countersign/core'
import { type Caller, callAuthServer, type ServerReply } from './auth-server.js'
import type { SealedSession } from './sealed-session.js'
import { sessionFromReply } from './session-answer.js'
import type { Settings } from './settings.js'

/** How a refresh went. Only `ended` is final; `unavailable` keeps everything as it is. */
export type RefreshOutcome =
  | { readonly kind: 'renewed'; readonly session: SealedSession }
  | { readonly kind: 'ended'; readonly code: TerminalCode; readonly reason: string | undefined }
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number | undefined }

export type Refresh = (session: SealedSession, caller: Caller) => Promise<RefreshOutcome>

/**
 * A refresh that runs once per refresh token at a time in this process. This only saves requests:
 * the auth server answers parallel refreshes alike.
 */
export function createRefresh(settings: Settings): Refresh {
  const flights = new Map<string, Promise<RefreshOutcome>>()
  return (session, caller) => {
    const key = createHash('sha256').update(session.refreshToken).digest('base64url')
    const flight = flights.get(key) ?? refresh(settings, session, caller)
    if (!flights.has(key)) {
      flights.set(key, flight)
      void flight.finally(() => flights.delete(key))
    }
    return flight
  }
}

async function refresh(
  settings: Settings,
  session: SealedSession,
  caller: Caller,
): Promise<RefreshOutcome> {
  const reply = await callAuthServer(settings, {
    method: 'POST',
    path: '/refresh',
    body: { refreshToken: session.refreshToken },
    caller,
  })
  const renewed = sessionFromReply(reply, { settings, remember: session.remember })
  if (renewed && renewed.sessionId === session.sessionId)
    return { kind: 'renewed', session: renewed }
  return endOf(reply) ?? unavailable(reply, settings)
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
