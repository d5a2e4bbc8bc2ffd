import { headers } from 'next/headers.js'
import { cache } from 'react'
import { createApiFetch } from './api-fetch.js'
import type { VerifiedUser } from './backend.js'
import type { Context } from './context.js'
import { CountersignError } from './errors.js'
import { PAGE_PATH_HEADER } from './private-headers.js'
import { createProtect, type Protect } from './protect.js'
import { readSession } from './sealed-session.js'
import { type Session, sessionView } from './session.js'

/** For server components, route handlers and actions. Reads only; nothing here ever refreshes. */
export interface DataAccess {
  /** The signed-in user, with a verified access token behind it; null for everyone else. */
  readonly getSession: () => Promise<Session | null>
  /** That verified access token, for a call to an API. */
  readonly getAccessToken: () => Promise<string | null>
  /** `fetch` below the configured API with the access token, if there is one. */
  readonly apiFetch: (path: string | URL, init?: RequestInit) => Promise<Response>
  readonly protect: Protect
  /**
   * `protect()` of a page or an action for one of these roles; every other role throws
   * `CountersignError` `insufficient_role`.
   */
  readonly requireRole: (...roles: [string, ...string[]]) => Promise<Session>
}

interface Verified {
  readonly session: Session
  readonly accessToken: string
}

export function createDataAccess(context: () => Context): DataAccess {
  const read = cache(async () => verified(context, (await headers()).get('cookie')))
  const getSession = async () => (await read())?.session ?? null
  const getAccessToken = async () => (await read())?.accessToken ?? null
  const pagePath = async () => (await headers()).get(PAGE_PATH_HEADER)
  const protect = createProtect({ context, getSession, pagePath })
  return {
    getSession,
    getAccessToken,
    protect,
    apiFetch: createApiFetch(context, getAccessToken),
    requireRole: async (...roles) => {
      const session = await protect()
      if (roles.includes(session.user.role)) return session
      throw new CountersignError('insufficient_role', { message: 'The role does not allow this' })
    },
  }
}

/** Verified in every place that reads, because a proxy can be bypassed by a matcher. */
export async function verified(
  context: () => Context,
  cookieHeader: string | null,
): Promise<Verified | null> {
  const { settings, backend } = context()
  const sealed = readSession(cookieHeader, settings)
  const session = sessionView(sealed, settings)
  if (!sealed) return null
  if (!session) {
    settings.logger.warn(RUN_OUT)
    return null
  }
  try {
    const user = userIn(session, await backend.verify?.(sealed))
    if (!user) return null
    return { session: { ...session, user }, accessToken: sealed.accessToken }
  } catch (error) {
    settings.logger.warn(describe(error))
    return null
  }
}

/** The user of the cookie with what the token says; null if that is somebody else's. */
function userIn({ user, sessionId }: Session, token: VerifiedUser = { userId: user.id }) {
  const isSame = token.userId === user.id && (token.sessionId ?? sessionId) === sessionId
  return isSame
    ? { ...user, email: token.email ?? user.email, role: token.role ?? user.role }
    : null
}

const RUN_OUT =
  'countersign: an access token has run out; either the auth server is down or the matcher in proxy.ts leaves this path out'

const REVOKED =
  'countersign: an access token was revoked; either the auth server is down or the matcher in proxy.ts leaves this path out'

/** The token is from our own cookie and has not run out, so it is a matter of configuration. */
function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'service_unavailable')
    return 'countersign: the keys of the auth server are not there'
  if (code === 'token_revoked') return REVOKED
  return `countersign: the access token of a session does not verify (${code}); compare issuer, audience and clock with the auth server`
}
