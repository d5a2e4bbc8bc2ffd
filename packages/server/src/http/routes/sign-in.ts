import { createRoute, z } from '@hono/zod-openapi'
import { checkPassword } from '../../identity/check-password.js'
import { actOf } from '../act-of.js'
import { auditRefusal } from '../audit-refusal.js'
import { beginSession, formerSession } from '../begin-session.js'
import { senderOf } from '../call.js'
import { challenge } from '../challenge.js'
import { authenticateCaller } from '../known-caller.js'
import { jsonAnswer, jsonBody, problems } from '../openapi.js'
import { CALLER_REFUSALS } from '../refusals.js'
import { LoginBody, Session } from '../schemas.js'
import { Challenge } from '../second-factor-schemas.js'
import type { App, Services } from '../services.js'
import { answerSignIn } from '../session-answer.js'

const login = createRoute({
  method: 'post',
  path: '/login',
  summary: 'Sign in with e-mail and password',
  request: jsonBody(LoginBody),
  responses: {
    200: jsonAnswer(
      z.union([Session, Challenge]),
      'A new session; the one that came with the request has ended. Or what the second step needs',
    ),
    ...problems(...CALLER_REFUSALS, 'invalid_credentials', 'account_locked', 'email_not_verified'),
  },
})

export function addSignInRoute(app: App, services: Services): void {
  app.openapi(login, async (c) => {
    const { email, password, remember = true } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    const former = formerSession(c, services)
    const refused = { event: 'sign_in.refused', email, ...actOf(caller) } as const
    const user = await auditRefusal(services, refused, async () => {
      const device = await services.devices.known(email, caller.deviceToken)
      const attempt = await services.limits.login(email, caller.ip, device)
      return attempt.judge(() => checkPassword(services, email, password))
    })
    if (user.hasSecondFactor)
      return c.json(await challenge(services, caller, user, { remember, method: 'password' }), 200)
    const { id: userId, ver } = user
    const how = { method: 'password', isNew: false, former, ver }
    const live = await auditRefusal(services, refused, () =>
      beginSession(services, caller, { userId, remember, ...how }),
    )
    const { session, headers } = answerSignIn(caller, services, live)
    return c.json(session, 200, headers)
  })
}
