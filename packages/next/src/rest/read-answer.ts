import type { User } from '../sealed-session.js'
import { asObject } from '../shape.js'
import type { Line } from './call.js'
import { guard } from './guard.js'
import type { Json, RestTokens } from './options.js'
import { readTokens } from './read-tokens.js'
import { completeUser, readUser } from './read-user.js'

/** The tokens in an answer; null if there are none. */
export function tokensIn(line: Line, body: Json | null): RestTokens | null {
  const read = line.rest.map.tokens ?? readTokens
  return body && guard(line, 'map.tokens', () => read(body))
}

/** The user in a description of one; null if it lacks an id or an address. */
export function userFrom(line: Line, description: unknown): User | null {
  const json = asObject(description)
  const read = line.rest.map.user ?? readUser
  return json && guard(line, 'map.user', () => completeUser(read(json)))
}
