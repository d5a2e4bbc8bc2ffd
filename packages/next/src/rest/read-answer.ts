import type { User } from '../sealed-session.js'
import { asObject } from '../shape.js'
import type { Line } from './call.js'
import type { Json, RestTokens } from './options.js'
import { readTokens } from './read-tokens.js'
import { completeUser, readUser } from './read-user.js'

/** The tokens in an answer; null if there are none, or if `map.tokens` threw. */
export function tokensIn({ rest, settings }: Line, body: Json | null): RestTokens | null {
  if (!body) return null
  try {
    return (rest.map.tokens ?? readTokens)(body)
  } catch (error) {
    settings.logger.warn(`countersign: map.tokens threw ${nameOf(error)}`)
    return null
  }
}

/** The user in a description of one; null if it lacks an id or an address, or if `map.user` threw. */
export function userFrom({ rest, settings }: Line, description: unknown): User | null {
  const json = asObject(description)
  if (!json) return null
  try {
    return completeUser((rest.map.user ?? readUser)(json))
  } catch (error) {
    settings.logger.warn(`countersign: map.user threw ${nameOf(error)}`)
    return null
  }
}

/** Its message may hold what it was given. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'something'
}
