import { headers } from 'next/headers.js'
import { cache } from 'react'
import { createApiFetch } from './api-fetch.js'
import type { Context } from './context.js'
import { CountersignError } from './errors.js'
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
  /**
   * The session of a page that needs one. Without one: a redirect to `signInPath`, or
   * `CountersignError` `missing_token` where no such path is configured.
   */
  readonly protect: () => Promise<Session>
  /** The same for one of these roles; every other throws `CountersignError` `insufficient_role`. */
  readonly requireRole: (...roles: [string, ...string[]]) => Promise<Session>
}

interface Verified {
  readonly session: Session
  readonly accessToken: string
}

/** Reads the `Cookie` header as the application sees it, that is with what the proxy put there. */
export type ReadCookieHeader = () => Promise<string | null>

const fromNext: ReadCookieHeader = async () => (await headers()).get('cookie')

export function createDataAccess(
  context: () => Context,
  readCookieHeader: ReadCookieHeader = fromNext,
): DataAccess {
  const read = cache(async () => verified(context, await readCookieHeader()))
  const getSession = async () => (await read())?.session ?? null
  const getAccessToken = async () => (await read())?.accessToken ?? null
  const protect = async () =>
    (await getSession()) ?? (await turnAway(context().settings.signInPath))
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
  const { settings, verifier } = context()
  const sealed = readSession(cookieHeader, settings)
  const session = sessionView(sealed, settings)
  if (!sealed) return null
  if (!session) {
    settings.logger.warn(RUN_OUT)
    return null
  }
  try {
    const { userId, email, role, sessionId } = await verifier.verify(sealed.accessToken)
    if (userId !== session.user.id || sessionId !== session.sessionId) return null
    const user = { ...session.user, email, role }
    return { session: { ...session, user }, accessToken: sealed.accessToken }
  } catch (error) {
    settings.logger.warn(describe(error))
    return null
  }
}

const RUN_OUT =
  'countersign: an access token has run out; either the auth server is down or the matcher in proxy.ts leaves this path out'

/** The token is from our own cookie and has not run out, so it is a matter of configuration. */
function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'service_unavailable')
    return 'countersign: the keys of the auth server are not there'
  return `countersign: the access token of a session does not verify (${code}); compare issuer, audience and clock with the auth server`
}

async function turnAway(signInPath: string | undefined): Promise<never> {
  if (signInPath) (await import('next/navigation')).redirect(signInPath)
  throw new CountersignError('missing_token', { message: 'Authentication is required' })
}
