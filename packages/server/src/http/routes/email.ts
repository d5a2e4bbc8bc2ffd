import { createRoute } from '@hono/zod-openapi'
import { resendVerification, verifyEmail } from '../../accounts/email-verification.js'
import { EmailBody, TokenBody } from '../account-schemas.js'
import { actOf } from '../act-of.js'
import { senderOf } from '../call.js'
import { authenticateCaller } from '../known-caller.js'
import { jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { CALLER_REFUSALS } from '../refusals.js'
import type { App, Services } from '../services.js'

const verify = createRoute({
  method: 'post',
  path: '/email/verify',
  summary: 'Confirm an address with the value of a link',
  request: jsonBody(TokenBody),
  responses: {
    204: { description: 'The address is confirmed; the account is there' },
    ...problems(...CALLER_REFUSALS, 'link_invalid'),
  },
})

const resend = createRoute({
  method: 'post',
  path: '/email/resend',
  summary: 'Send the link that confirms an address once more',
  request: jsonBody(EmailBody),
  responses: {
    202: { description: 'If the address waits for it, a mail is on its way' },
    ...problems(...CALLER_REFUSALS),
  },
})

export function addEmailRoutes(app: App, services: Services): void {
  app.openapi(verify, async (c) => {
    const { token } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    if (!(await verifyEmail(services, token, actOf(caller)))) throw new ProblemError('link_invalid')
    return c.body(null, 204)
  })

  app.openapi(resend, async (c) => {
    const { email } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    await services.limits.mail(email, caller.ip)
    await resendVerification(services, email)
    return c.body(null, 202)
  })
}
