import { createRoute } from '@hono/zod-openapi'
import { changePassword } from '../../accounts/change-password.js'
import { readResetLink, resetPassword, sendReset } from '../../accounts/password-reset.js'
import { ChangePasswordBody, EmailBody, ResetBody } from '../account-schemas.js'
import { actOf } from '../act-of.js'
import { authenticateSession } from '../authenticate-session.js'
import { senderOf } from '../call.js'
import { authenticateCaller } from '../known-caller.js'
import { jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { actOfSession, provePassword } from '../prove-password.js'
import {
  CALLER_REFUSALS,
  SESSION_REFUSALS,
  SESSION_SECURITY,
  WRITING_REFUSALS,
} from '../refusals.js'
import type { App, Services } from '../services.js'

const NEW_PASSWORD_REFUSALS = ['weak_password', 'breached_password'] as const

const forgot = createRoute({
  method: 'post',
  path: '/password/forgot',
  summary: 'Send a link by which a new password is chosen',
  request: jsonBody(EmailBody),
  responses: {
    202: { description: 'If the address has an account, a mail is on its way' },
    ...problems(...CALLER_REFUSALS),
  },
})

const reset = createRoute({
  method: 'post',
  path: '/password/reset',
  summary: 'Choose a new password with the value of a link',
  request: jsonBody(ResetBody),
  responses: {
    204: { description: 'The password is changed; every session of the user has ended' },
    ...problems(...CALLER_REFUSALS, 'link_invalid', ...NEW_PASSWORD_REFUSALS),
  },
})

const change = createRoute({
  method: 'post',
  path: '/password/change',
  summary: 'Replace the password',
  security: SESSION_SECURITY,
  request: jsonBody(ChangePasswordBody),
  responses: {
    204: { description: 'Changed; all other sessions have ended unless they were to be kept' },
    ...problems(...WRITING_REFUSALS, ...SESSION_REFUSALS, 'rate_limited'),
    ...problems('invalid_request', 'invalid_credentials', ...NEW_PASSWORD_REFUSALS),
  },
})

export function addPasswordRoutes(app: App, services: Services): void {
  const { mail, passwords, passwordPolicy, limits, audit } = services
  const tell = (email: string, userAgent: string | undefined, ip: string | undefined) =>
    mail.send('password_changed', email, {
      device: userAgent,
      ip,
      forgotUrl: mail.links.page('forgotPassword'),
    })

  app.openapi(forgot, async (c) => {
    const { email } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    await limits.resetMail(email, caller.ip)
    await sendReset(services, email)
    await audit.record({ ...actOf(caller), event: 'password.forgot', email })
    return c.body(null, 202)
  })

  app.openapi(reset, async (c) => {
    const { token, password } = c.req.valid('json')
    const caller = await authenticateCaller(senderOf(c), services)
    const email = await readResetLink(services, token)
    if (email === undefined) throw new ProblemError('link_invalid')
    await passwordPolicy.assertAcceptable(password, email)
    const given = { token, passwordHash: await passwords.hash(password) }
    if (!(await resetPassword(services, given, actOf(caller)))) {
      throw new ProblemError('link_invalid')
    }
    await tell(email, caller.userAgent, caller.ip)
    return c.body(null, 204)
  })

  app.openapi(change, async (c) => {
    const { currentPassword, newPassword, keepOtherSessions } = c.req.valid('json')
    const session = await authenticateSession(c, services)
    await passwordPolicy.assertAcceptable(newPassword, session.email)
    const proof = { password: currentPassword, refusedAs: 'password.refused' } as const
    let replacedHash = await provePassword(c, services, session, proof)
    const passwordHash = await passwords.hash(newPassword)
    const wish = { passwordHash, keptSessionId: session.id, keepsOthers: keepOtherSessions }
    const replace = () => {
      const act = actOfSession(c, session)
      return changePassword(services, session.user_id, { ...wish, replacedHash }, act)
    }
    // A sign-in may have stored a better hash of the same password meanwhile: then it is proved again.
    while ((await replace()) !== 'changed') {
      replacedHash = await provePassword(c, services, session, proof)
    }
    const { fromBrowser, ip, userAgent } = c.get('caller')
    await tell(session.email, fromBrowser ? userAgent : undefined, fromBrowser ? ip : undefined)
    return c.body(null, 204)
  })
}
