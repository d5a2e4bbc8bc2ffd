import { type ErrorCode, PROBLEMS, REFRESH_COOKIE } from '@countersign/core'
import type { RouteConfig, z } from '@hono/zod-openapi'
import { callOf, type Endpoint, toResponse } from './call.js'
import { ProblemBody } from './schemas.js'
import type { App, Services } from './services.js'

/** A JSON request body. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema, required = true) => ({
  body: { content: { 'application/json': { schema } }, required },
})

/** A JSON answer. */
export const jsonAnswer = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})

/** The answers of a route to these codes, one entry for each HTTP status. */
export function problems(...codes: ErrorCode[]) {
  const answers: Record<number, { content: object; description: string }> = {}
  for (const code of codes) {
    const { status } = PROBLEMS[code]
    const description = [answers[status]?.description, code].filter(Boolean).join(', ')
    answers[status] = {
      content: { 'application/problem+json': { schema: ProblemBody } },
      description,
    }
  }
  return answers
}

/** Serves and documents an endpoint that checks its input by itself. */
export function addEndpoint(api: App, route: RouteConfig, endpoint: Endpoint): void {
  api.openAPIRegistry.registerPath(route)
  api.on(route.method, route.path, async (c) => toResponse(await endpoint(await callOf(c))))
}

const SECURITY_SCHEMES = {
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  refreshToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'A refresh token (csr_…), from a server',
  },
  clientSecret: { type: 'http', scheme: 'basic', description: 'A client and its secret' },
  refreshCookie: { type: 'apiKey', in: 'cookie', name: REFRESH_COOKIE },
} as const

/** Serves the document that the routes, with the schemas that validate, amount to. */
export function addOpenApiDocument(api: App, { options }: Services): void {
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    api.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Countersign auth server', version: '1' },
    servers: [{ url: options.issuer }],
  })
}
