import { createRoute } from '@hono/zod-openapi'
import { actOf } from '../act-of.js'
import { auditRefusal } from '../audit-refusal.js'
import { beginSession, formerSession } from '../begin-session.js'
import { senderOf } from '../call.js'
import { closeChallenge, tryChallenge } from '../challenge.js'
import { authenticateCaller, type KnownCaller } from '../known-caller.js'
import { jsonAnswer, jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { CALLER_REFUSALS } from '../refusals.js'
import { Session } from '../schemas.js'
import { tellOfSecondFactor } from '../second-factor-mail.js'
import { SecondFactorBody } from '../second-factor-schemas.js'
import type { App, Services } from '../services.js'
import { answerSignIn } from '../session-answer.js'

const complete = createRoute({
  method: 'post',
  path: '/second-factor',
  summary: 'Finish a sign-in with a code of an app, or a recovery code',
  request: jsonBody(SecondFactorBody),
  responses: {
    200: jsonAnswer(Session, 'A new session; the one that came with the request has ended'),
    ...problems(...CALLER_REFUSALS, 'link_invalid', 'invalid_code', 'account_locked'),
  },
})

export function addSecondFactorRoute(app: App, services: Services): void {
  app.openapi(complete, async (c) => {
    const { challenge, code } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    const former = formerSession(c, services)
    const half = await tryChallenge(services, caller, challenge)
    if (!half) throw new ProblemError('link_invalid')
    const method = await takeCode(services, caller, half.userId, code)
    if (!(await closeChallenge(services, challenge))) throw new ProblemError('link_invalid')
    const { userId, remember, ver } = half
    const how = { method: `${half.method}+${method}`, isNew: false, former, ver }
    const live = await beginSession(services, caller, { userId, remember, ...how })
    if (method === 'recovery_code') {
      const event = 'second_factor.recovery_code_used'
      await services.audit.record({ ...actOf(caller), event, userId, actorId: userId })
      await tellOfSecondFactor(services, 'recovery_code_used', live.row.email, caller)
    }
    const { session, headers } = answerSignIn(caller, services, live)
    return c.json(session, 200, headers)
  })
}

/** Guesses are counted for the user, however many challenges they are made with. */
async function takeCode(services: Services, caller: KnownCaller, userId: string, code: string) {
  const refused = { event: 'second_factor.refused', userId, ...actOf(caller) } as const
  return auditRefusal(services, refused, async () => {
    const attempt = await services.limits.check(userId, caller.ip)
    return attempt.judge(async () => {
      const method = await services.secondFactors.take(userId, code)
      if (!method) throw new ProblemError('invalid_code')
      return method
    })
  })
}
