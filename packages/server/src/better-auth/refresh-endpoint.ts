import { PUBLIC_CLIENT_ID, problem } from '@countersign/core'
import { APIError, createAuthEndpoint, getAuthoritativeSessionFromCtx } from 'better-auth/api'
import { logFailure, problemOf } from '../http/answer-error.js'
import { ProblemError } from '../http/problem-error.js'
import type { Engine } from './engine.js'

type Context = Parameters<typeof getAuthoritativeSessionFromCtx>[0]
type AuthSession = NonNullable<Awaited<ReturnType<typeof getAuthoritativeSessionFromCtx>>>
type AuthUser = Readonly<Record<string, unknown>> & AuthSession['user']

/**
 * `POST /countersign/refresh`: an access token for the session of the cookie. The session is read
 * from the database, never from the cookie cache, which knows of no sign-out. Better Auth checks the
 * origin before it comes here, and moves the end of the session as it does for its own calls.
 *
 * Fails with `missing_token`, `session_ended` or `service_unavailable`.
 */
export function refreshEndpoint(engine: () => Engine) {
  return createAuthEndpoint(
    '/countersign/refresh',
    { method: 'POST', requireHeaders: true, disableBody: true, metadata: { noStore: true } },
    async (ctx) => {
      try {
        const answer = await issueToken(engine(), await requireSession(ctx))
        engine().purge()
        return ctx.json(answer)
      } catch (error) {
        throw refusal(engine(), error)
      }
    },
  )
}

/** Better Auth says `null` also when it could not look; that must not sign anybody out. */
async function requireSession(ctx: Context): Promise<AuthSession> {
  const found = await getAuthoritativeSessionFromCtx(ctx)
  if (found) return found
  const { authCookies, secret, internalAdapter } = ctx.context
  const token = await ctx.getSignedCookie(authCookies.sessionToken.name, secret)
  if (!token) throw new ProblemError('missing_token')
  const session = await internalAdapter.findSession(token)
  if (!session || session.session.expiresAt <= new Date()) throw new ProblemError('session_ended')
  throw new ProblemError('service_unavailable', { retryAfterSeconds: 1 })
}

async function issueToken(engine: Engine, found: AuthSession) {
  const { session } = found
  const user: AuthUser = found.user
  if (isBanned(user)) {
    throw new ProblemError('session_ended', { extensions: { reason: 'user_disabled' } })
  }
  const { tokens } = await engine.signing()
  const role = engine.options.role?.(user) ?? roleOf(user)
  const issued = tokens.issue({
    id: String(session.id),
    user_id: String(user.id),
    client_id: PUBLIC_CLIENT_ID,
    email: user.email,
    role,
    ver: Number(user.ver ?? 1),
    expires_in: Math.floor((session.expiresAt.getTime() - Date.now()) / 1000),
  })
  const { email, name, image = null } = user
  return {
    ...issued,
    tokenType: 'Bearer' as const,
    user: { id: String(user.id), email, name, image, role },
  }
}

function isBanned({ banned, banExpires }: AuthUser): boolean {
  if (!banned) return false
  return !(banExpires && new Date(banExpires as string) <= new Date())
}

/** A token has one role (`spec/protocol.md` section 2). A list does not choose one: it gives none. */
function roleOf({ role }: AuthUser): string {
  return typeof role === 'string' && role !== '' && !role.includes(',') ? role : 'user'
}

/** In the form of Better Auth's refusals, with the members of ours. */
function refusal({ log }: Engine, error: unknown): APIError {
  const { code, options } = problemOf(error)
  const body = problem(code, options)
  logFailure(log, '/countersign/refresh', error, body)
  const { retryAfterSeconds } = options
  const headers = retryAfterSeconds ? { 'Retry-After': String(retryAfterSeconds) } : {}
  return new APIError(body.status as 401, { ...body, message: body.title }, headers)
}
