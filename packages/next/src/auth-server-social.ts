import { callAuthServer, type ServerReply } from './auth-server.js'
import type { Backend, SignInOutcome } from './backend.js'
import { sessionFromReply } from './session-answer.js'
import type { Settings } from './settings.js'
import { isText } from './shape.js'
import { markChallenge } from './sign-in-route.js'

/** Sign-in through the providers of our auth server, brought over by a code (RFC 7636). */
export function authServerSocial(settings: Settings): NonNullable<Backend['social']> {
  return {
    begin: ({ provider, ...body }, caller) =>
      callAuthServer(settings, { method: 'POST', path: `/social/${provider}`, body, caller }),
    redeem: async ({ code, codeVerifier }, caller) => {
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        code_verifier: codeVerifier,
      })
      const reply = await callAuthServer(settings, { method: 'POST', path: '/token', form, caller })
      const remember = reply.body?.remember !== false
      const session = sessionFromReply(asSession(reply), { settings, remember })
      const step = session ? undefined : secondStepIn(reply, remember)
      if (step) return step
      const { deviceToken } = reply
      return session ? { kind: 'signed-in', status: 200, session, deviceToken } : refusalIn(reply)
    },
  }
}

/** The answer of the token endpoint in the words of a sign-in. */
export function asSession({ body, ...reply }: ServerReply): ServerReply {
  if (!body) return { ...reply, body }
  const { access_token: accessToken, token_type: tokenType, expires_in: expiresIn } = body
  const { refresh_token: refreshToken, refresh_expires_in: refreshExpiresIn, user } = body
  const session = { accessToken, tokenType, expiresIn, refreshToken, refreshExpiresIn, user }
  return { ...reply, body: session }
}

/** A provider proves half of it to somebody who has a second factor. */
function secondStepIn({ body }: ServerReply, remember: boolean): SignInOutcome | undefined {
  const { reason, challenge, methods } = body ?? {}
  if (reason !== 'second_factor_required' || !isText(challenge)) return undefined
  if (!Array.isArray(methods) || !methods.every(isText)) return undefined
  return { kind: 'second-factor', challenge: markChallenge(challenge, remember), methods }
}

/** `reason` is for the person; any other refusal of the code is as good as one that has expired. */
function refusalIn({ body, ...reply }: ServerReply): SignInOutcome {
  const isRefused = reply.status >= 400 && reply.status < 500 && body?.error === 'invalid_grant'
  if (!isRefused) return { kind: 'refused', reply: { ...reply, status: 503, body: null } }
  const code = isText(body?.reason) ? body.reason : 'sign_in_expired'
  return { kind: 'refused', reply: { ...reply, body: { code } } }
}
