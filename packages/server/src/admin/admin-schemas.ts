import { z } from '@hono/zod-openapi'
import { AUDIT_EVENTS } from '../audit/events.js'
import { USER_SORTS } from './user-list.js'

const MOST = 200

/** Text that a column takes. */
const plain = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !/\p{Cc}|\p{Cs}/u.test(text), 'must not have control characters')

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(MOST)
  .default(50)
  .openapi({ description: `How many: 1 to ${MOST}` })

const cursor = z
  .string()
  .max(2000)
  .optional()
  .openapi({ description: 'The `next` of the page before' })

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export const UserListQuery = z.object({
  query: plain(254)
    .optional()
    .openapi({ description: 'A part of the address or the name, or an id' }),
  role: plain(64).optional(),
  banned: flag.optional(),
  sort: z.enum(USER_SORTS).default('-created'),
  cursor,
  limit,
})

export const AuditListQuery = z.object({
  event: z.enum(AUDIT_EVENTS).optional(),
  user: plain(254).optional().openapi({ description: 'An id or an address' }),
  actor: plain(254).optional().openapi({ description: 'An id, an address or `system:cli`' }),
  session: plain(64).optional(),
  from: instant.optional().openapi({ type: 'string', format: 'date-time' }),
  to: instant.optional().openapi({ type: 'string', format: 'date-time' }),
  cursor,
  limit,
})

export const UserId = z.object({
  id: plain(255).openapi({ param: { name: 'id', in: 'path' } }),
})

export const UserSession = UserId.extend({
  session: z.guid().openapi({ param: { name: 'session', in: 'path' }, format: 'uuid' }),
})

export const UserPatch = z
  .strictObject({
    role: z
      .string()
      .regex(/^[\x21-\x2b\x2d-\x7e]{1,64}$/, 'must be printable, without spaces and commas')
      .optional(),
    banned: z.boolean().optional(),
    banReason: plain(500).nullable().optional(),
    banExpiresAt: instant
      .nullable()
      .optional()
      .openapi({ type: ['string', 'null'], format: 'date-time' }),
  })
  .refine(
    ({ role, banned }) => role !== undefined || banned !== undefined,
    'say what to change: "role" or "banned"',
  )
  .refine(
    ({ banned, banReason, banExpiresAt }) =>
      banned === true || ((banReason ?? null) === null && (banExpiresAt ?? null) === null),
    'a reason and an end go with "banned": true',
  )
  .openapi('AdminUserPatch')

const AdminUser = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  image: z.string().nullable(),
  role: z.string(),
  emailVerified: z.boolean(),
  banned: z.boolean(),
  banReason: z.string().nullable(),
  banExpiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})

const ListedUser = AdminUser.extend({
  sessions: z.number().int().openapi({ description: 'Sessions that are alive' }),
  lastSeenAt: z.iso.datetime().nullable(),
}).openapi('AdminUserListItem')

const next = z.string().nullable().openapi({ description: 'The cursor of the next page' })

export const UserList = z.object({ users: z.array(ListedUser), next }).openapi('AdminUserList')

const AuditEventItem = z
  .object({
    id: z.string(),
    at: z.iso.datetime({ precision: 6 }),
    event: z.string(),
    userId: z.string().nullable(),
    userEmail: z.string().nullable(),
    actorId: z.string().nullable(),
    actorEmail: z.string().nullable(),
    sessionId: z.string().nullable(),
    clientId: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    detail: z.record(z.string(), z.any()),
  })
  .openapi('AuditEvent')

export const AuditList = z.object({ events: z.array(AuditEventItem), next }).openapi('AuditList')

const UserSessionItem = z.object({
  id: z.guid(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  current: z.boolean(),
  userAgent: z.string().nullable(),
  ip: z.string().nullable(),
  clientId: z.string(),
  remember: z.boolean(),
})

export const UserDetail = z
  .object({
    user: AdminUser.extend({
      hasPassword: z.boolean(),
      hasSecondFactor: z.boolean(),
      providers: z.array(z.string()),
    }),
    sessions: z.array(UserSessionItem),
    signIns: z.array(AuditEventItem).openapi({ description: 'The last ones, that succeeded' }),
    events: z.array(AuditEventItem).openapi({ description: 'The last lines of the audit log' }),
  })
  .openapi('AdminUserDetail')
