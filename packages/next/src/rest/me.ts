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
    const reply = await callRest(line, { method: 'GET', path, bearer: session.accessToken })
    const user = userOfMe(line, reply)
    if (user?.id === session.user.id) return found(session, user)
    return refusal('me', user ? { ...reply, status: 502, body: null } : reply, line.rest.map)
  }
}

/** The user of an access token that the backend has just given; null if it does not say. */
export async function askMe(
  line: Line,
  { accessToken, caller }: { accessToken: string; caller: Caller },
): Promise<User | null> {
  const path = line.rest.paths.me
  if (!path) return null
  return userOfMe(line, await callRest(line, { method: 'GET', path, bearer: accessToken, caller }))
}

/** The user in an answer of `me`; null for every other answer. */
export function userOfMe(line: Line, { status, body }: ServerReply): User | null {
  return status === 200 && body ? userFrom(line, userIn(body) ?? body) : null
}

/** Like the answer of our own server. */
function found({ sessionId, sessionExpiresAt }: SealedSession, user: User): ServerReply {
  const session = { id: sessionId, expiresAt: new Date(sessionExpiresAt * 1000).toISOString() }
  return { status: 200, body: { user, session }, retryAfterSeconds: undefined }
}
