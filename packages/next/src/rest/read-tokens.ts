import { asObject, isText } from '../shape.js'
import type { Json, RestTokens } from './options.js'

/** Where backends put what they give: in the body itself or in one of these. */
const FOLDERS = ['data', 'tokens', 'session', 'result']

/** The tokens in an answer of a backend, by the names that are in use; null for an error body. */
export function readTokens(body: Json): RestTokens | null {
  if (isError(body)) return null
  const places = placesOf(body)
  const accessToken = pick(places, ['access_token', 'accessToken', 'token', 'jwt'])
  if (!isText(accessToken)) return null
  return {
    accessToken,
    refreshToken: pick(places, ['refresh_token', 'refreshToken']),
    expiresIn: pick(places, ['expires_in', 'expiresIn']),
    refreshExpiresIn: pick(places, ['refresh_expires_in', 'refreshExpiresIn']),
    user: userIn(body),
  }
}

/** The description of a user in an answer: a member `user`, or whatever has an id and an address. */
export function userIn(body: Json): Json | undefined {
  const places = placesOf(body)
  const named = asObject(pick(places, ['user', 'profile', 'account']))
  return named ?? places.find((place) => 'email' in place && hasId(place))
}

function hasId(place: Json): boolean {
  return ['id', '_id', 'user_id', 'userId', 'uuid', 'sub'].some((name) => name in place)
}

/** The body and what is nested in it, two deep: `{ data: { tokens: { … } } }`. */
function placesOf(body: Json): readonly Json[] {
  const nested = (place: Json): Json[] =>
    FOLDERS.flatMap((name): Json[] => {
      const folder = asObject(place[name])
      return folder ? [folder] : []
    })
  const first = nested(body)
  return [body, ...first, ...first.flatMap(nested)]
}

function pick(places: readonly Json[], names: readonly string[]): unknown {
  for (const place of places) {
    const name = names.find((name) => place[name] !== undefined && place[name] !== null)
    if (name) return place[name]
  }
  return undefined
}

/** A 200 may carry an error. */
function isError(body: Json): boolean {
  return body.success === false || body.ok === false || Boolean(body.error)
}
