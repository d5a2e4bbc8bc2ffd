import { randomUUID } from 'node:crypto'
import { type SealedSession, sealSession, type User } from '../sealed-session.js'
import { isSeconds, isText, parseObject } from '../shape.js'
import type { Line } from './call.js'
import type { RestTokens } from './options.js'
import { tokenName } from './token-name.js'

/** What a new session comes from. */
export interface Ingredients {
  readonly tokens: RestTokens
  readonly user: User
  readonly remember: boolean
  /** The session that was refreshed. */
  readonly previous?: SealedSession
}

/** Longest lifetime that is believed; a greater number is no number of seconds. */
const MAX_SECONDS = 10 * 365 * 86_400

/**
 * The session of an answer, or a sentence on what it lacks. The access token ends at the earlier of
 * what the answer and the token itself say; the latter is read for its time only, and trusted in
 * nothing else.
 */
export function sessionOf(line: Line, from: Ingredients): SealedSession | string {
  const { accessToken } = from.tokens
  const now = Math.floor(line.settings.now())
  if (!isHeaderText(accessToken)) return 'has no access token'
  const accessExpiresAt = accessEnd(line, from, now)
  if (accessExpiresAt === undefined) return 'does not say when its token ends; set accessSeconds'
  if (accessExpiresAt <= now) return 'has an access token that has run out'
  const refreshToken = refreshTokenOf(line, from)
  const refreshExpiresAt = refreshEnd(line, from, { refreshToken, now })
  const session: SealedSession = {
    refreshToken,
    accessToken,
    sessionId: from.previous?.sessionId ?? randomUUID(),
    tokenId: tokenName(accessToken),
    accessIssuedAt: now,
    accessExpiresAt,
    sessionExpiresAt: Math.max(accessExpiresAt, refreshExpiresAt),
    refreshExpiresAt,
    remember: from.remember,
    user: from.user,
  }
  return fits(line, session) ? session : 'has tokens that are too large for a cookie'
}

function accessEnd({ rest }: Line, { tokens }: Ingredients, now: number): number | undefined {
  const told = secondsOf(tokens.expiresIn)
  const ends = [told === undefined ? undefined : now + told, expOf(tokens.accessToken, now)]
  const known = ends.filter((end) => end !== undefined)
  if (known.length > 0) return Math.floor(Math.min(...known))
  return rest.accessSeconds && now + rest.accessSeconds
}

/** A backend that does not rotate names its refresh token once. */
function refreshTokenOf({ rest }: Line, { tokens, previous }: Ingredients): string {
  if (!rest.paths.refresh) return ''
  if (isHeaderText(tokens.refreshToken)) return tokens.refreshToken
  return previous?.refreshToken ?? ''
}

function refreshEnd(
  { rest }: Line,
  { tokens, previous }: Ingredients,
  { refreshToken, now }: { refreshToken: string; now: number },
): number {
  if (refreshToken === '') return 0
  // 0 is said for a token that never ends.
  const told = secondsOf(tokens.refreshExpiresIn) || undefined
  const known = told === undefined ? expOf(refreshToken, now) : now + told
  if (known !== undefined) return Math.floor(known)
  if (previous?.refreshToken === refreshToken)
    return previous.refreshExpiresAt ?? previous.sessionExpiresAt
  return now + rest.sessionSeconds
}

/** `exp` of a JWT, unverified; undefined for every other token, and for milliseconds. */
function expOf(token: unknown, now: number): number | undefined {
  const [, payload, signature] = isText(token) ? token.split('.') : []
  if (!payload || !signature) return undefined
  const exp = parseObject(Buffer.from(payload, 'base64url').toString('utf8'))?.exp
  return isSeconds(exp) && exp <= now + MAX_SECONDS ? exp : undefined
}

function secondsOf(value: unknown): number | undefined {
  const seconds = isText(value) && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return isSeconds(seconds) && seconds <= MAX_SECONDS ? seconds : undefined
}

/** Whether the token can stand in a header. */
function isHeaderText(token: unknown): token is string {
  return isText(token) && /^[\x21-\x7e]+$/.test(token)
}

function fits({ settings }: Line, session: SealedSession): boolean {
  try {
    return sealSession(session, settings).length > 0
  } catch {
    return false // cookie_too_large
  }
}
