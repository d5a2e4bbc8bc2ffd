import { z } from '@hono/zod-openapi'
import { password } from './schemas.js'

const code = z
  .string()
  .max(32)
  .regex(/^[\w\s-]+$/, 'is not a code')
  .openapi({ type: 'string', maxLength: 32 })

export const Challenge = z
  .object({
    next: z.literal('second_factor'),
    challenge: z.string().openapi({ description: 'For /second-factor; five minutes, five tries' }),
    methods: z.array(z.enum(['totp', 'recovery_code'])),
  })
  .openapi('Challenge')

export const SecondFactorBody = z
  .strictObject({ challenge: z.string().regex(/^[\w-]{43}$/, 'is not a challenge'), code })
  .openapi('SecondFactor')

export const CodeBody = z.strictObject({ code }).openapi('Code')

export const PasswordBody = z.strictObject({ password }).openapi('Password')

export const Enrolment = z
  .object({
    uri: z.string().openapi({ description: 'otpauth: address, for a picture' }),
    secret: z.string().openapi({ description: 'The same secret in base32, to be typed' }),
  })
  .openapi('Enrolment')

export const RecoveryCodes = z
  .object({ recoveryCodes: z.array(z.string()) })
  .openapi('RecoveryCodes')

export const SecondFactorState = z
  .object({ enabled: z.boolean(), recoveryCodesLeft: z.number().int() })
  .openapi('SecondFactorState')
