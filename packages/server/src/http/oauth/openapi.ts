import { ACCESS_TOKEN_TOKEN_TYPE, JWT_TOKEN_TYPE, TOKEN_EXCHANGE_GRANT } from '@countersign/core'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { User } from '../schemas.js'

const OAuthErrorBody = z
  .object({
    error: z.string(),
    error_description: z.string().optional(),
    reason: z.string().optional().openapi({ description: 'Why a session ended' }),
  })
  .openapi('OAuthError')

const TokenAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.number().int().openapi({ description: 'Seconds until the access token ends' }),
    refresh_token: z.string(),
    refresh_expires_in: z.number().int().openapi({ description: 'Seconds until the session ends' }),
    issued_token_type: z.literal(ACCESS_TOKEN_TOKEN_TYPE).optional(),
    remember: z.boolean().optional().openapi({ description: 'In the answer to a code' }),
    user: User.optional().openapi({ description: 'Not in the answer to a refresh' }),
  })
  .openapi('TokenAnswer')

const Introspection = z
  .looseObject({
    active: z.boolean(),
    iss: z.string().optional(),
    sub: z.string().optional(),
    client_id: z.string().optional(),
    sid: z.string().optional(),
    exp: z.number().int().optional(),
    token_type: z.literal('Bearer').optional(),
  })
  .openapi('Introspection')

const credential = {
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
}

const TokenForm = z
  .union([
    z.object({
      grant_type: z.literal('refresh_token'),
      refresh_token: z.string(),
      ...credential,
    }),
    z.object({
      grant_type: z.literal('authorization_code'),
      code: z.string().openapi({ description: 'What a browser brought back from a provider' }),
      code_verifier: z.string(),
      ...credential,
    }),
    z.object({
      grant_type: z.literal(TOKEN_EXCHANGE_GRANT),
      subject_token: z.string().openapi({ description: 'An assertion of the client, once' }),
      subject_token_type: z.literal(JWT_TOKEN_TYPE),
      requested_token_type: z.literal(ACCESS_TOKEN_TOKEN_TYPE).optional(),
      ...credential,
    }),
  ])
  .openapi('TokenForm')

const PresentedTokenForm = z
  .object({
    token: z.string(),
    token_type_hint: z.string().optional(),
    ...credential,
  })
  .openapi('PresentedTokenForm')

const REFUSALS = Object.fromEntries(
  Object.entries({
    400: 'The request, the grant or its type is not right',
    401: 'The client could not be authenticated',
    403: 'The client may not, or the caller is a browser',
    413: 'The form is too large',
    429: 'Too many requests',
    503: 'Try again after the time of Retry-After',
  }).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: OAuthErrorBody } } },
  ]),
)

const described = (path: string, summary: string, form: z.ZodType, answer: z.ZodType) =>
  createRoute({
    method: 'post',
    path,
    summary,
    security: [{ clientSecret: [] }, {}],
    request: {
      body: { content: { 'application/x-www-form-urlencoded': { schema: form } }, required: true },
    },
    responses: {
      200: { description: 'As its RFC says', content: { 'application/json': { schema: answer } } },
      ...REFUSALS,
    },
  })

const ROUTES = [
  described('/token', 'Grants of RFC 6749 and RFC 8693', TokenForm, TokenAnswer),
  described(
    '/introspect',
    'Whether a token is valid (RFC 7662)',
    PresentedTokenForm,
    Introspection,
  ),
  described('/revoke', 'End the session of a token (RFC 7009)', PresentedTokenForm, z.object({})),
]

/** Describes the endpoints where the others are described; they read their forms themselves. */
export function documentOAuthRoutes(registry: OpenAPIHono['openAPIRegistry']): void {
  for (const route of ROUTES) registry.registerPath(route)
}
