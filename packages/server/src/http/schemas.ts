import type { AccessTokenClaims } from '@countersign/core'
import { z } from '@hono/zod-openapi'
import { PASSWORD_MAX_LENGTH } from '../identity/passwords.js'

/** Well-formed text without control characters: PostgreSQL cannot store NUL, JSON can hold halves. */
const printable = z
  .string()
  .refine((text) => !/\p{Cc}|\p{Cs}/u.test(text), 'must not have control characters')

/**
 * An address of ASCII characters, checked as it came and only then lower-cased: what merely looks
 * like `@` or `k` is refused, and so are quoted local parts and lists.
 */
export const EmailAddress = z
  .string()
  .max(254)
  .trim()
  .pipe(z.email())
  .transform((address) => address.toLowerCase())
  .openapi({ type: 'string', format: 'email', maxLength: 254 })

const codePoints = (text: string): number => [...text].length

/** A password to be checked: never trimmed, never cut. */
export const password = z
  .string()
  .min(1)
  .refine((text) => codePoints(text) <= PASSWORD_MAX_LENGTH, 'is too long')
  .refine((text) => !/\p{Cs}/u.test(text), 'is not well-formed')
  .openapi({ type: 'string', format: 'password', maxLength: PASSWORD_MAX_LENGTH })

const remember = z.boolean().optional().openapi({
  description: 'False: the session ends with the browser and after a day. True by default.',
})

export const SignupBody = z
  .strictObject({
    email: EmailAddress,
    password,
    name: printable.trim().max(200).optional(),
    remember,
  })
  .openapi('Signup')

export const LoginBody = z
  .strictObject({ email: EmailAddress, password, remember })
  .openapi('Login')

/** What is to be done before there is a session. */
export const NextStep = z.object({ next: z.literal('verify_email') }).openapi('NextStep')

export const RefreshBody = z
  .strictObject({ refreshToken: z.string().max(200) })
  .openapi('RefreshToken')

export const SessionId = z.object({
  id: z.guid().openapi({ param: { name: 'id', in: 'path' }, format: 'uuid' }),
})

/** Whoever shares our secret (HS256) can sign texts that no column takes. */
export function namesSession({ sid, sub }: AccessTokenClaims): boolean {
  return SessionId.safeParse({ id: sid }).success && !sub.includes('\0')
}

export const User = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    image: z.string().nullable(),
    role: z.string(),
    emailVerified: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('User')

export const Session = z
  .object({
    accessToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresIn: z.number().int().openapi({ description: 'Seconds until the access token ends' }),
    refreshToken: z.string().optional().openapi({ description: 'Never sent to a browser' }),
    refreshExpiresIn: z.number().int().openapi({ description: 'Seconds until the session ends' }),
    user: User,
  })
  .openapi('Session')

const SessionListItem = z
  .object({
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
  .openapi('SessionListItem')

export const SessionList = z.object({ sessions: z.array(SessionListItem) }).openapi('SessionList')

export const Me = z.object({ user: User, session: SessionListItem }).openapi('Me')

export const RevocationQuery = z.object({
  since: z
    .string()
    .max(64)
    .optional()
    .openapi({ description: 'The cursor of what was read last; Last-Event-ID counts more' }),
})

const SecurityEvent = z
  .object({
    iss: z.string(),
    iat: z.number().int(),
    jti: z.string(),
    sub_id: z.object({
      format: z.literal('complex'),
      user: z.object({ format: z.literal('iss_sub'), iss: z.string(), sub: z.string() }),
      session: z.object({ format: z.literal('opaque'), id: z.guid() }).optional(),
    }),
    events: z.record(z.string(), z.looseObject({ event_timestamp: z.number().int() })),
  })
  .openapi('SecurityEvent')

export const RevocationSnapshot = z
  .object({
    cursor: z.string(),
    complete: z.boolean().openapi({ description: 'Replaces what was known, or adds to it' }),
    now: z.number().int(),
    events: z.array(SecurityEvent),
  })
  .openapi('RevocationSnapshot')

export const RevocationFrames = z
  .string()
  .openapi({ description: 'Frames snapshot, revocation and heartbeat; their data is JSON' })

export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    reason: z.string().optional().openapi({ description: 'Why a session ended' }),
  })
  .openapi('Problem')
