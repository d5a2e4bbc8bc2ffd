import { createRoute } from '@hono/zod-openapi'
import { askBothAddresses, confirmHalf } from '../../accounts/email-change.js'
import { resendVerification, verifyEmail } from '../../accounts/email-verification.js'
import { ChangeEmailBody, EmailBody, TokenBody } from '../account-schemas.js'
import { actOf } from '../act-of.js'
import { authenticateSession } from '../authenticate-session.js'
import { senderOf } from '../call.js'
import { authenticateCaller } from '../known-caller.js'
import { jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { actOfSession, limitedBy, provePassword } from '../prove-password.js'
import {
  CALLER_REFUSALS,
  SESSION_REFUSALS,
  SESSION_SECURITY,
  WRITING_REFUSALS,
} from '../refusals.js'
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

const change = createRoute({
  method: 'post',
  path: '/email/change',
  summary: 'Ask both addresses whether the account may have another one',
  security: SESSION_SECURITY,
  request: jsonBody(ChangeEmailBody),
  responses: {
    202: { description: 'Mails are on their way to the old and the new address' },
    ...problems(...WRITING_REFUSALS, ...SESSION_REFUSALS, 'rate_limited', 'invalid_credentials'),
  },
})

const confirm = createRoute({
  method: 'post',
  path: '/email/change/confirm',
  summary: 'Agree to another address with the value of a link',
  request: jsonBody(TokenBody),
  responses: {
    202: { description: 'One half is done; the other address has to agree as well' },
    204: { description: 'The address is changed' },
    ...problems(...CALLER_REFUSALS, 'link_invalid'),
  },
})

const SAME = '"newEmail": is the address of the account'

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

  app.openapi(change, async (c) => {
    const { newEmail, password } = c.req.valid('json')
    const session = await authenticateSession(c, services)
    const { user_id: userId, email: oldEmail, email_verified: isVerified } = session
    if (newEmail === oldEmail) throw new ProblemError('invalid_request', { detail: SAME })
    const refusedAs = 'password.refused'
    await provePassword(c, services, session, { password, refusedAs })
    await services.limits.mail(newEmail, limitedBy(c, session))
    await askBothAddresses(services, { userId, oldEmail, isVerified, newEmail })
    const event = 'email.change_requested'
    await services.audit.record({ ...actOfSession(c, session), event, userId })
    return c.body(null, 202)
  })

  app.openapi(confirm, async (c) => {
    const { token } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    const outcome = await confirmHalf(services, token, actOf(caller))
    if (outcome === 'invalid') throw new ProblemError('link_invalid')
    return c.body(null, outcome === 'half' ? 202 : 204)
  })
}
