import { isText } from '../shape.js'
import type { RestReply } from './call.js'
import type { RequestBody, RestSettings, RestTokens } from './options.js'

/** How a refresh token travels to the backend. */
interface Carried {
  readonly body: () => RequestBody
  readonly cookie?: string
}

/** A body with the refresh token, or nothing but the cookie where the backend keeps it in one. */
export function carried({ refreshCookie }: RestSettings, refreshToken: string): Carried {
  if (!refreshCookie) return { body: () => ({ refresh_token: refreshToken }) }
  return { body: () => ({}), cookie: `${refreshCookie}=${refreshToken}` }
}

/** The tokens of an answer with the refresh token that came in a cookie beside them. */
export function withCookie(
  tokens: RestTokens,
  { cookies }: RestReply,
  { refreshCookie }: RestSettings,
): RestTokens {
  const line = cookies.find((cookie) => refreshCookie && cookie.startsWith(`${refreshCookie}=`))
  const [pair, ...attributes] = line?.split(';') ?? []
  const refreshToken = pair?.slice(pair.indexOf('=') + 1).trim()
  if (!isText(refreshToken)) return tokens
  const refreshExpiresIn = maxAgeIn(attributes) ?? tokens.refreshExpiresIn
  // A cookie that is taken away holds no token.
  return refreshExpiresIn === 0 ? tokens : { ...tokens, refreshToken, refreshExpiresIn }
}

function maxAgeIn(attributes: readonly string[]): number | undefined {
  const [, seconds] =
    attributes
      .map((attribute) => /^\s*max-age\s*=\s*(-?\d{1,10})\s*$/i.exec(attribute))
      .find((match) => match !== null) ?? []
  return seconds === undefined ? undefined : Math.max(0, Number(seconds))
}
