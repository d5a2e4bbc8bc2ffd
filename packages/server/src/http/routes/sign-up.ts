import { createRoute } from '@hono/zod-openapi'
import { beginSignUp, sendVerification } from '../../accounts/email-verification.js'
import { signUp } from '../../identity/sign-in.js'
import { actOf } from '../act-of.js'
import { auditRefusal } from '../audit-refusal.js'
import { carryOnSession, formerSession } from '../begin-session.js'
import { senderOf } from '../call.js'
import type { LiveSession } from '../judgement.js'
import { authenticateCaller, type KnownCaller } from '../known-caller.js'
import { jsonAnswer, jsonBody, problems } from '../openapi.js'
import { CALLER_REFUSALS } from '../refusals.js'
import { NextStep, Session, SignupBody } from '../schemas.js'
import type { App, AppContext, Services } from '../services.js'
import { answerSignIn } from '../session-answer.js'

const signup = (path: '/signup' | '/register') =>
  createRoute({
    method: 'post',
    path,
    summary: 'Create an account and sign in, or confirm the address first',
    request: jsonBody(SignupBody),
    responses: {
      201: jsonAnswer(Session, 'The account and its first session'),
      202: jsonAnswer(NextStep, 'A mail is on its way, whether or not the address was known'),
      ...problems(...CALLER_REFUSALS, 'email_taken', 'weak_password', 'breached_password'),
    },
  })

interface NewAccount {
  readonly email: string
  readonly password: string
  readonly name: string
  readonly remember: boolean
}

export function addSignUpRoutes(app: App, services: Services): void {
  const { options, passwordPolicy } = services
  for (const path of ['/signup', '/register'] as const) {
    app.openapi(signup(path), async (c) => {
      const { name = '', remember = true, ...credentials } = c.req.valid('json')
      const caller = await authenticateCaller(senderOf(c), services)
      const { email, password } = credentials
      await passwordPolicy.assertAcceptable(password, email)
      const account = { ...credentials, name, remember }
      if (options.signUpMode === 'verify_first') {
        await waitForAddress(services, caller, account)
        return c.json({ next: 'verify_email' as const }, 202)
      }
      const { session, headers } = await signUpAtOnce(c, services, caller, account)
      return c.json(session, 201, headers)
    })
  }
}

/** The password is hashed either way, and the account is made by the link in the mail. */
async function waitForAddress(
  services: Services,
  caller: KnownCaller,
  { email, password, name }: NewAccount,
): Promise<void> {
  const { limits, passwords } = services
  await auditRefusal(services, refused(caller, email), async () => {
    await limits.signup(caller.ip)
    await limits.mail(email, caller.ip)
  })
  await beginSignUp(services, { email, name, passwordHash: await passwords.hash(password) })
}

async function signUpAtOnce(
  c: AppContext,
  services: Services,
  caller: KnownCaller,
  { email, password, name, remember }: NewAccount,
) {
  const former = formerSession(c, services)
  const live = await auditRefusal(services, refused(caller, email), async () => {
    await services.limits.signup(caller.ip)
    const authSessionToken = await services.passwords.hashFirst(password, () =>
      signUp(services.identity, { email, password, name, remember }),
    )
    const beginning = { authSessionToken, remember, former, method: 'password', isNew: true }
    return carryOnSession(services, caller, beginning)
  })
  await askToVerify(services, live)
  return answerSignIn(caller, services, live)
}

/** The account is there; that its mail could not be queued is no reason to say otherwise. */
async function askToVerify(services: Services, { row }: LiveSession): Promise<void> {
  if (!services.mail.isConfigured) return
  const account = { id: row.user_id, email: row.email }
  await sendVerification(services, account).catch(() =>
    services.log.warn({ event: 'mail.lost', user: row.user_id }, 'a mail could not be queued'),
  )
}

const refused = (caller: KnownCaller, email: string) =>
  ({ event: 'sign_up.refused', email, ...actOf(caller) }) as const
