import { z } from '@hono/zod-openapi'
import { isCodeChallenge } from '../social/sign-in-codes.js'

export const ProviderName = z.object({
  provider: z
    .string()
    .max(32)
    .openapi({ param: { name: 'provider', in: 'path' } }),
})

export const ProviderList = z
  .object({ providers: z.array(z.object({ id: z.string(), name: z.string() })) })
  .openapi('ProviderList')

export const SocialStartBody = z
  .strictObject({
    returnTo: z.string().max(2048).optional().openapi({
      description: 'Where the browser goes in the end; a path is one of the page that asks',
    }),
    remember: z.boolean().optional(),
    codeChallenge: z
      .string()
      .refine(isCodeChallenge, 'must be an S256 challenge')
      .optional()
      .openapi({ description: 'For a server: proof for the code that comes back (RFC 7636)' }),
  })
  .openapi('SocialStart')

export const SocialStart = z.object({ url: z.url() }).openapi('SocialStarted')

export const AccountId = z.object({
  id: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/)
    .openapi({ param: { name: 'id', in: 'path' } }),
})

export const AccountList = z
  .object({
    accounts: z.array(
      z.object({
        id: z.string(),
        provider: z.string(),
        createdAt: z.iso.datetime(),
      }),
    ),
    hasPassword: z.boolean(),
  })
  .openapi('AccountList')
