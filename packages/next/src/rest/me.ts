import { problem } from '@countersign/core'
import type { Caller, ServerReply } from '../auth-server.js'
import type { Backend } from '../backend.js'
import type { SealedSession, User } from '../sealed-session.js'
import { callRest, type Line } from './call.js'
import { refusal } from './errors.js'
import { userFrom } from './read-answer.js'
import { userIn } from './read-tokens.js'

/** Who is signed in: the user as the backend's `me` describes them, else as the cookie does. */
export function restMe(line: Line): Backend['me'] {
  return async (session) => {
    const path = line.rest.paths.me
    if (!path) return found(session, session.user)
    const { accessToken: bearer } = session
    const reply = await callRest(line, { method: 'GET', path, bearer })
    if (reply.status !== 200) return refusal('me', reply, line.rest.map)
    const user = reply.body && userFrom(line, userIn(reply.body) ?? reply.body)
    if (user?.id === session.user.id) return found(session, user)
    return { status: 503, body: problem('service_unavailable'), retryAfterSeconds: undefined }
  }
}

/** The user of an access token that the backend has just given; null if it does not say. */
export async function askMe(
  line: Line,
  { accessToken, caller }: { accessToken: string; caller?: Caller },
): Promise<User | null> {
  const path = line.rest.paths.me
  if (!path) return null
  const request = { method: 'GET', path, bearer: accessToken } as const
  const reply = await callRest(line, caller ? { ...request, caller } : request)
  if (reply.status !== 200 || !reply.body) return null
  return userFrom(line, userIn(reply.body) ?? reply.body)
}

/** Like the answer of our own server. */
function found({ sessionId, sessionExpiresAt }: SealedSession, user: User): ServerReply {
  const session = { id: sessionId, expiresAt: new Date(sessionExpiresAt * 1000).toISOString() }
  return { status: 200, body: { user, session }, retryAfterSeconds: undefined }
}
