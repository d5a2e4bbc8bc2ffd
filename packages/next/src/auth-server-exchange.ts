import { JWT_TOKEN_TYPE, signClientAssertion, TOKEN_EXCHANGE_GRANT } from '@countersign/core'
import { callAuthServer, type ServerReply } from './auth-server.js'
import { asSession } from './auth-server-social.js'
import type { Backend, ExternalIdentity, SignInOutcome } from './backend.js'
import { sessionFromReply } from './session-answer.js'
import type { Settings } from './settings.js'
import { isText } from './shape.js'

/**
 * A session for somebody whom a provider has signed in with this web server: an assertion that is good for
 * one use within a minute, exchanged at `/token` (RFC 8693). It needs a client credential.
 */
export function exchangeIdentity(settings: Settings): NonNullable<Backend['exchange']> {
  return async (identity, caller) => {
    const assertion = signed(identity, settings)
    if (assertion === null) return refused(503, { code: 'service_unavailable' })
    const form = new URLSearchParams({
      grant_type: TOKEN_EXCHANGE_GRANT,
      subject_token: assertion,
      subject_token_type: JWT_TOKEN_TYPE,
    })
    const reply = await callAuthServer(settings, { method: 'POST', path: '/token', form, caller })
    const session = sessionFromReply(asSession(reply), { settings, remember: true })
    const { deviceToken } = reply
    if (session) return { kind: 'signed-in', status: 200, session, deviceToken }
    return refusalIn(reply, settings)
  }
}

function signed(identity: ExternalIdentity, { client, issuer, logger, now }: Settings) {
  if (!client) {
    logger.warn(
      'countersign: signing in with a provider needs COUNTERSIGN_CLIENT_ID and its secret',
    )
    return null
  }
  const parties = { clientId: client.id, clientSecret: client.secret, issuer }
  try {
    return signClientAssertion(identity, { ...parties, now: () => Math.floor(now()) })
  } catch (error) {
    logger.warn(`countersign: a provider said what no auth server takes (${String(error)})`)
    return null
  }
}

/** `reason` says more than the error of OAuth, if it is there. */
function refusalIn(reply: ServerReply, { logger }: Settings): SignInOutcome {
  const { error, error_description: description, reason } = reply.body ?? {}
  if (reply.status >= 400 && isText(reason)) return refused(403, { code: reason })
  logger.warn(`countersign: no session for the sign-in of a provider (${error}: ${description})`)
  return { kind: 'refused', reply: { ...reply, status: 503, body: null } }
}

function refused(status: number, body: ServerReply['body']): SignInOutcome {
  return { kind: 'refused', reply: { status, body, retryAfterSeconds: undefined } }
}
