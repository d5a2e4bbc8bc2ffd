import type { RefreshToken } from '@countersign/core'
import { createRoute } from '@hono/zod-openapi'
import type { AuditEvent } from '../../audit/events.js'
import { signIn, signUp } from '../../identity/sign-in.js'
import { actOf } from '../act-of.js'
import { auditRefusal } from '../audit-refusal.js'
import { senderOf } from '../call.js'
import type { LiveSession } from '../judgement.js'
import { authenticateCaller, type KnownCaller } from '../known-caller.js'
import { jsonAnswer, jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { readRefreshCookie, refreshCookie } from '../refresh-cookie.js'
import { LoginBody, Session, SignupBody } from '../schemas.js'
import type { App, AppContext, Services } from '../services.js'
import { answerSession } from '../session-answer.js'

const REFUSALS = [
  'invalid_request',
  'csrf_rejected',
  'invalid_client',
  'payload_too_large',
  'unsupported_media_type',
  'rate_limited',
  'service_unavailable',
] as const

const login = createRoute({
  method: 'post',
  path: '/login',
  summary: 'Sign in with e-mail and password',
  request: jsonBody(LoginBody),
  responses: {
    200: jsonAnswer(Session, 'A new session; the one that came with the request has ended'),
    ...problems(...REFUSALS, 'invalid_credentials', 'account_locked'),
  },
})

const signup = (path: '/signup' | '/register') =>
  createRoute({
    method: 'post',
    path,
    summary: 'Create an account and sign in',
    request: jsonBody(SignupBody),
    responses: {
      201: jsonAnswer(Session, 'The account and its first session'),
      ...problems(...REFUSALS, 'email_taken', 'weak_password'),
    },
  })

export function addSignInRoutes(app: App, services: Services): void {
  app.openapi(login, async (c) => {
    const { email, password, remember = true } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    const former = formerSession(c, services)
    const credentials = { email, password, remember }
    const refused = { event: 'sign_in.refused', email, ...actOf(caller) } as const
    const live = await auditRefusal(services, refused, async () => {
      const attempt = await services.limits.login(email, caller.ip)
      const authSessionToken = await attempt.judge(() => signIn(services.identity, credentials))
      return begin(services, caller, { authSessionToken, remember, former })
    })
    const { session, headers } = answerSession(caller, services, live)
    return c.json(session, 200, headers)
  })

  for (const path of ['/signup', '/register'] as const) {
    app.openapi(signup(path), async (c) => {
      const { email, password, name = '', remember = true } = c.req.valid('json')
      assertAcceptablePassword(password, email, services.options.passwordMinLength)
      const caller = await authenticateCaller(senderOf(c), services)
      const former = formerSession(c, services)
      const refused = { event: 'sign_up.refused', email, ...actOf(caller) } as const
      const live = await auditRefusal(services, refused, async () => {
        await services.limits.signup(caller.ip)
        const authSessionToken = await services.passwords.hashFirst(password, () =>
          signUp(services.identity, { email, password, name, remember }),
        )
        const event = 'sign_up.succeeded'
        return begin(services, caller, { authSessionToken, remember, former, event })
      })
      const { session, headers } = answerSession(caller, services, live)
      return c.json(session, 201, headers)
    })
  }
}

interface Beginning {
  readonly authSessionToken: string
  readonly remember: boolean
  readonly former: RefreshToken | undefined
  readonly event?: AuditEvent
}

/** The session that a browser still has. Two cookies are refused before anything is written. */
function formerSession(c: AppContext, { sessions, options }: Services): RefreshToken | undefined {
  const { fromBrowser, userAgent } = c.get('caller')
  if (!fromBrowser) return undefined
  const text = readRefreshCookie(c.req.raw.headers, refreshCookie(options.origin, userAgent))
  return text === undefined ? undefined : sessions.decode(text)
}

/** Login always makes a new session and ends the one that the browser still had (fixation). */
async function begin(
  { sessions, log }: Services,
  caller: KnownCaller,
  { authSessionToken, remember, former, event = 'sign_in.succeeded' }: Beginning,
): Promise<LiveSession> {
  const { clientId, ip, userAgent, requestId } = caller
  const act = { event, requestId, detail: { method: 'password' } }
  const made = await sessions.create({ authSessionToken, clientId, remember, userAgent, ip, act })
  if (made.outcome === 'unknown') throw new ProblemError('account_locked')
  const { id: session, user_id: user } = made.row
  log.info({ event: 'session.created', session, user, client: clientId }, 'session created')
  if (former) {
    await sessions.endByToken(former, 'signed_in_again', { ...actOf(caller), bySelf: true })
  }
  return made
}

/** @throws ProblemError `weak_password` */
function assertAcceptablePassword(password: string, email: string, minLength: number): void {
  if ([...password].length < minLength) {
    throw new ProblemError('weak_password', { detail: `use at least ${minLength} characters` })
  }
  if (password.toLowerCase() === email) {
    throw new ProblemError('weak_password', { detail: 'the password must not be the address' })
  }
}
