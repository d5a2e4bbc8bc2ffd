import { z } from '@hono/zod-openapi'
import { EmailAddress, password } from './schemas.js'

/** A value out of the link of a mail: 256 bits in base64url. */
const token = z
  .string()
  .regex(/^[\w-]{43}$/, 'is not a value of a link')
  .openapi({ type: 'string', minLength: 43, maxLength: 43 })

export const EmailBody = z.strictObject({ email: EmailAddress }).openapi('Email')

export const TokenBody = z.strictObject({ token }).openapi('LinkToken')

export const ResetBody = z.strictObject({ token, password }).openapi('PasswordReset')

export const ChangePasswordBody = z
  .strictObject({
    currentPassword: password,
    newPassword: password,
    keepOtherSessions: z.boolean().optional().openapi({ description: 'False by default' }),
  })
  .openapi('PasswordChange')

export const ChangeEmailBody = z
  .strictObject({ newEmail: EmailAddress, password })
  .openapi('EmailChange')
