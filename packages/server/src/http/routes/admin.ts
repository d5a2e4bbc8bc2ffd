import { createRoute } from '@hono/zod-openapi'
import { listedUser, userDetail } from '../../admin/admin-answers.js'
import {
  AuditList,
  AuditListQuery,
  UserDetail,
  UserId,
  UserList,
  UserListQuery,
  UserPatch,
  UserSession,
} from '../../admin/admin-schemas.js'
import { changeUser } from '../../admin/change-user.js'
import { forceReset } from '../../admin/force-reset.js'
import { removeSecondFactor } from '../../admin/remove-second-factor.js'
import { listUsers } from '../../admin/user-list.js'
import type { Act } from '../../audit/act.js'
import { auditLine } from '../../audit/audit-rows.js'
import { readAudit } from '../../audit/read-audit.js'
import { CursorError } from '../../database/page.js'
import type { RotationRow } from '../../sessions/session-rows.js'
import { actOf } from '../act-of.js'
import { jsonAnswer, jsonBody, problems } from '../openapi.js'
import { ProblemError } from '../problem-error.js'
import { requireAdmin } from '../require-admin.js'
import type { App, AppContext, Services } from '../services.js'
import { SESSION_REFUSALS, SESSION_SECURITY, SESSION_WRITING_REFUSALS } from './sessions.js'

const security = SESSION_SECURITY
const REFUSALS = { ...SESSION_REFUSALS, ...problems('insufficient_role') }
const WRITING = { ...SESSION_WRITING_REFUSALS, ...problems('insufficient_role', 'csrf_rejected') }

const list = createRoute({
  method: 'get',
  path: '/admin/users',
  summary: 'Users, searched and sorted, a page at a time',
  security,
  request: { query: UserListQuery },
  responses: { 200: jsonAnswer(UserList, 'A page, with the cursor of the next'), ...REFUSALS },
})

const detail = createRoute({
  method: 'get',
  path: '/admin/users/{id}',
  summary: 'A user with sessions, last sign-ins and lines of the audit log',
  security,
  request: { params: UserId },
  responses: { 200: jsonAnswer(UserDetail, 'The user'), ...REFUSALS, ...problems('not_found') },
})

const patch = createRoute({
  method: 'patch',
  path: '/admin/users/{id}',
  summary: 'Change the role of another user, ban or unban them',
  security,
  request: { params: UserId, ...jsonBody(UserPatch) },
  responses: {
    200: jsonAnswer(UserDetail, 'The user as they are now'),
    ...WRITING,
    ...problems('not_found', 'last_admin', 'own_account'),
  },
})

const endAll = createRoute({
  method: 'delete',
  path: '/admin/users/{id}/sessions',
  summary: 'End all sessions of a user',
  security,
  request: { params: UserId },
  responses: { 204: { description: 'Ended' }, ...WRITING, ...problems('not_found') },
})

const endOne = createRoute({
  method: 'delete',
  path: '/admin/users/{id}/sessions/{session}',
  summary: 'End one session of a user',
  security,
  request: { params: UserSession },
  responses: { 204: { description: 'Ended' }, ...WRITING, ...problems('not_found') },
})

const reset = createRoute({
  method: 'post',
  path: '/admin/users/{id}/reset-password',
  summary: 'Take the password of another user away, end all sessions, mail the link to a new one',
  security,
  request: { params: UserId },
  responses: {
    204: { description: 'The link is on its way' },
    ...WRITING,
    ...problems('not_found', 'own_account'),
  },
})

const removeFactor = createRoute({
  method: 'delete',
  path: '/admin/users/{id}/second-factor',
  summary: 'Turn the second factor of another user off, who lost it, and end all sessions',
  security,
  request: { params: UserId },
  responses: {
    204: { description: 'It is off, and the user is told' },
    ...WRITING,
    ...problems('not_found', 'own_account'),
  },
})

const audit = createRoute({
  method: 'get',
  path: '/admin/audit',
  summary: 'The audit log, the newest first, a page at a time',
  security,
  request: { query: AuditListQuery },
  responses: { 200: jsonAnswer(AuditList, 'A page, with the cursor of the next'), ...REFUSALS },
})

/** What administrators do. Their role is read from the database with every call. */
export function addAdminRoutes(app: App, services: Services): void {
  const { database, sessions } = services

  app.openapi(list, async (c) => {
    await requireAdmin(c, services)
    const { rows, next } = await page(() => listUsers(database, c.req.valid('query')))
    return c.json({ users: rows.map(listedUser), next }, 200)
  })

  app.openapi(detail, async (c) => {
    const admin = await requireAdmin(c, services)
    const found = await userDetail(services, c.req.valid('param').id, admin.id)
    if (!found) throw new ProblemError('not_found')
    return c.json(found, 200)
  })

  app.openapi(patch, async (c) => {
    const admin = await requireAdmin(c, services)
    const { id } = c.req.valid('param')
    if (id === admin.user_id) throw new ProblemError('own_account')
    await changeUser(services, id, c.req.valid('json'), adminAct(c, admin))
    const found = await userDetail(services, id, admin.id)
    if (!found) throw new ProblemError('not_found')
    return c.json(found, 200)
  })

  app.openapi(endAll, async (c) => {
    const admin = await requireAdmin(c, services)
    const { id } = c.req.valid('param')
    const ended = await sessions.endAllOf(id, 'revoked', adminAct(c, admin))
    if (ended === 0 && !(await userDetail(services, id, admin.id))) {
      throw new ProblemError('not_found')
    }
    return c.body(null, 204)
  })

  app.openapi(endOne, async (c) => {
    const admin = await requireAdmin(c, services)
    const { id, session } = c.req.valid('param')
    const ended = await sessions.endOfUser(session, id, 'revoked', adminAct(c, admin))
    if (ended === 0) throw new ProblemError('not_found')
    return c.body(null, 204)
  })

  app.openapi(reset, async (c) => {
    const admin = await requireAdmin(c, services)
    const { id } = c.req.valid('param')
    if (id === admin.user_id) throw new ProblemError('own_account')
    await forceReset(services, id, adminAct(c, admin))
    return c.body(null, 204)
  })

  app.openapi(removeFactor, async (c) => {
    const admin = await requireAdmin(c, services)
    const { id } = c.req.valid('param')
    // One's own is turned off with the password: a session alone is not enough.
    if (id === admin.user_id) throw new ProblemError('own_account')
    await removeSecondFactor(services, id, adminAct(c, admin))
    return c.body(null, 204)
  })

  app.openapi(audit, async (c) => {
    await requireAdmin(c, services)
    const { rows, next } = await page(() => readAudit(database, c.req.valid('query')))
    return c.json({ events: rows.map(auditLine), next }, 200)
  })
}

function adminAct(c: AppContext, { user_id: actorId }: RotationRow): Act {
  return { ...actOf(c.get('caller')), actorId }
}

/** A cursor of another list is refused like any other wrong parameter. */
async function page<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof CursorError)) throw error
    throw new ProblemError('invalid_request', { detail: `"cursor": ${error.message}` })
  }
}
