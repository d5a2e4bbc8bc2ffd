import { DEVICE_HEADER } from '@countersign/core'
import type { SessionDetails, SessionListRow, UserRow } from '../sessions/session-rows.js'
import type { Caller } from './caller.js'
import { writeDeviceCookie } from './device-cookie.js'
import type { LiveSession } from './judgement.js'
import { refreshCookie, writeRefreshCookie } from './refresh-cookie.js'
import type { Services } from './services.js'

/**
 * A session as its caller may have it: a browser gets the refresh token as a cookie that no script
 * can read, a server gets it in the body. A page with a hole cannot ask for the other form.
 */
export function answerSession(
  caller: Caller,
  { options, tokens }: Services,
  { row, refreshToken }: LiveSession,
) {
  const { fromBrowser } = caller
  const { accessToken, expiresIn } = tokens.issue(row)
  const session = {
    accessToken,
    tokenType: 'Bearer' as const,
    expiresIn,
    ...(fromBrowser ? {} : { refreshToken }),
    refreshExpiresIn: row.expires_in,
    user: userOf(row),
  }
  const maxAge = row.remember ? row.expires_in : undefined
  if (!fromBrowser) return { session, headers: {} }
  const cookie = refreshCookie(options.origin, caller.userAgent)
  return { session, headers: { 'Set-Cookie': writeRefreshCookie(cookie, refreshToken, maxAge) } }
}

/** The same after a sign-in, with the token by which the device is known again. */
export function answerSignIn(caller: Caller, services: Services, live: LiveSession) {
  const { session, headers } = answerSession(caller, services, live)
  const { deviceToken } = live
  if (deviceToken === undefined) return { session, headers }
  if (!caller.fromBrowser) return { session, headers: { [DEVICE_HEADER]: deviceToken } }
  const cookie = writeDeviceCookie(services.options.origin, caller.userAgent, deviceToken)
  return { session, headers: { 'Set-Cookie': [...Object.values(headers), cookie] } }
}

/** The user as the wire shows it. */
export function userOf(row: UserRow) {
  return {
    id: row.user_id,
    email: row.email,
    name: row.name,
    image: row.image,
    role: row.role,
    emailVerified: row.email_verified,
    createdAt: row.user_created_at.toISOString(),
    updatedAt: row.user_updated_at.toISOString(),
  }
}

/** A session as its user sees it in a list. */
export function sessionListItem(row: SessionListRow | SessionDetails, currentId: string) {
  return {
    id: row.id,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    current: row.id === currentId,
    userAgent: row.user_agent,
    ip: row.ip,
    clientId: row.client_id,
    remember: row.remember,
  }
}
