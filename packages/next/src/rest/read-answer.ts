import type { User } from '../sealed-session.js'
import { asObject } from '../shape.js'
import type { Line, RestReply } from './call.js'
import { guard } from './guard.js'
import type { RestTokens } from './options.js'
import { readTokens } from './read-tokens.js'
import { completeUser, readUser } from './read-user.js'
import { withCookie } from './refresh-cookie.js'

/** The tokens in an answer; null if there are none. */
export function tokensIn(line: Line, reply: RestReply): RestTokens | null {
  const { body } = reply
  const read = line.rest.map.tokens ?? readTokens
  const tokens = body && guard(line, 'map.tokens', () => read(body))
  return tokens && withCookie(tokens, reply, line.rest)
}

/** The user in a description of one; null if it lacks an id or an address. */
export function userFrom(line: Line, description: unknown): User | null {
  const json = asObject(description)
  const read = line.rest.map.user ?? readUser
  return json && guard(line, 'map.user', () => completeUser(read(json)))
}
