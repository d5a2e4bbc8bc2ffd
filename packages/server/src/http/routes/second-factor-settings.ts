import { createRoute } from '@hono/zod-openapi'
import type { AuditEvent } from '../../audit/events.js'
import type { RotationRow } from '../../sessions/session-rows.js'
import { auditRefusal } from '../audit-refusal.js'
import { authenticateSession } from '../authenticate-session.js'
import { jsonAnswer, jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { actOfSession, limitedBy, provePassword } from '../prove-password.js'
import { SESSION_REFUSALS, SESSION_SECURITY, WRITING_REFUSALS } from '../refusals.js'
import { tellOfSecondFactor } from '../second-factor-mail.js'
import {
  CodeBody,
  Enrolment,
  PasswordBody,
  RecoveryCodes,
  SecondFactorState,
} from '../second-factor-schemas.js'
import type { App, AppContext, Services } from '../services.js'

const security = SESSION_SECURITY
const REFUSALS = problems(...WRITING_REFUSALS, ...SESSION_REFUSALS, 'rate_limited')
const PROVEN_REFUSALS = {
  ...REFUSALS,
  ...problems(...SESSION_REFUSALS, 'invalid_credentials'),
}

const state = createRoute({
  method: 'get',
  path: '/second-factor',
  summary: 'Whether the second factor is on',
  security,
  responses: {
    200: jsonAnswer(SecondFactorState, 'And how many recovery codes are left'),
    ...problems('invalid_request', ...SESSION_REFUSALS, 'service_unavailable'),
  },
})

const enroll = createRoute({
  method: 'post',
  path: '/second-factor/enroll',
  summary: 'Get a secret for an authenticator app',
  security,
  request: jsonBody(PasswordBody),
  responses: {
    200: jsonAnswer(Enrolment, 'Nothing is asked for until it was activated'),
    ...PROVEN_REFUSALS,
  },
})

const activate = createRoute({
  method: 'post',
  path: '/second-factor/activate',
  summary: 'Turn the second factor on with the first code',
  security,
  request: jsonBody(CodeBody),
  responses: {
    200: jsonAnswer(RecoveryCodes, 'Shown once'),
    ...REFUSALS,
    ...problems(...SESSION_REFUSALS, 'invalid_code'),
  },
})

const disable = createRoute({
  method: 'post',
  path: '/second-factor/disable',
  summary: 'Turn the second factor off',
  security,
  request: jsonBody(PasswordBody),
  responses: { 204: { description: 'It is off' }, ...PROVEN_REFUSALS },
})

const recoveryCodes = createRoute({
  method: 'post',
  path: '/second-factor/recovery-codes',
  summary: 'Replace the recovery codes',
  security,
  request: jsonBody(PasswordBody),
  responses: { 200: jsonAnswer(RecoveryCodes, 'Shown once'), ...PROVEN_REFUSALS },
})

export function addSecondFactorSettings(app: App, services: Services): void {
  const { secondFactors } = services
  const proven = async (c: AppContext, password: string): Promise<RotationRow> => {
    const session = await authenticateSession(c, services)
    await provePassword(c, services, session, { password, refusedAs: 'second_factor.refused' })
    return session
  }
  const record = (c: AppContext, session: RotationRow, event: AuditEvent) =>
    services.audit.record({ ...actOfSession(c, session), event, userId: session.user_id })

  app.openapi(state, async (c) => {
    const session = await authenticateSession(c, services)
    return c.json(await secondFactors.stateOf(session.user_id), 200)
  })

  app.openapi(enroll, async (c) => {
    const session = await proven(c, c.req.valid('json').password)
    const enrolment = await secondFactors.enroll(session.user_id, session.email)
    if (!enrolment) refuse('the second factor is on; turn it off first')
    await record(c, session, 'second_factor.enrolled')
    return c.json(enrolment, 200)
  })

  app.openapi(activate, async (c) => {
    const session = await authenticateSession(c, services)
    const codes = await activateWith(c, services, session, c.req.valid('json').code)
    await record(c, session, 'second_factor.activated')
    await tellOfSecondFactor(services, 'second_factor_on', session.email, whereFrom(c))
    return c.json({ recoveryCodes: [...codes] }, 200)
  })

  app.openapi(disable, async (c) => {
    const session = await proven(c, c.req.valid('json').password)
    if (await secondFactors.disable(session.user_id)) {
      await record(c, session, 'second_factor.disabled')
      await tellOfSecondFactor(services, 'second_factor_off', session.email, whereFrom(c))
    }
    return c.body(null, 204)
  })

  app.openapi(recoveryCodes, async (c) => {
    const session = await proven(c, c.req.valid('json').password)
    const codes = await secondFactors.replaceCodes(session.user_id)
    if (!codes) refuse('the second factor is off')
    await record(c, session, 'second_factor.recovery_codes_made')
    await tellOfSecondFactor(services, 'recovery_codes_replaced', session.email, whereFrom(c))
    return c.json({ recoveryCodes: [...codes] }, 200)
  })
}

async function activateWith(
  c: AppContext,
  services: Services,
  session: RotationRow,
  code: string,
): Promise<readonly string[]> {
  const { limits, secondFactors } = services
  const { user_id: userId } = session
  const event = 'second_factor.refused'
  const refused = { ...actOfSession(c, session), event, userId } as const
  return auditRefusal(services, refused, async () => {
    const attempt = await limits.check(userId, limitedBy(c, session))
    return attempt.judge(async () => {
      const codes = await secondFactors.activate(userId, code)
      if (!codes) throw new ProblemError('invalid_code')
      return codes
    })
  })
}

/** A web server's own address and agent say nothing about its user. */
function whereFrom(c: AppContext) {
  const { fromBrowser, userAgent, ip } = c.get('caller')
  return fromBrowser ? { userAgent, ip } : { userAgent: undefined, ip: undefined }
}

function refuse(detail: string): never {
  throw new ProblemError('invalid_request', { detail })
}
