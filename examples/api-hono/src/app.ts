import { problemResponse } from '@countersign/core'
import { type Identity, TokenError, type Verifier } from '@countersign/verify'
import { countersign } from '@countersign/verify/hono'
import { Hono } from 'hono'
import { DatabaseUnavailableError } from './database.js'
import { openApiDocument } from './openapi.js'
import { allowOrigins, limitBody, neverCache, secureAnswers } from './protection.js'
import { limitRate } from './rate-limit.js'
import { Refusal } from './refusal.js'
import type { Signed } from './signed.js'
import { taskRoutes } from './task-routes.js'
import type { TaskStore } from './task-store.js'

export interface AppOptions {
  readonly verifier: Verifier
  readonly tasks: TaskStore
  /** Web origins whose pages may read the answers, each exact: scheme, host and port. */
  readonly allowedOrigins: readonly string[]
  /** Requests that a user may make in a minute. */
  readonly requestsPerMinute: number
  /** Told about errors that are bugs; the caller sees only `internal_error`. */
  readonly onError?: (error: unknown) => void
}

/** Seconds after which a client may ask again while the database is away. */
const RETRY_AFTER_SECONDS = 5

/** The API: `/health`, `/openapi.json` and `/api/v1`. Every error is problem+json. */
export function createApp(options: AppOptions): Hono<Signed> {
  const { verifier, tasks, allowedOrigins, requestsPerMinute, onError } = options
  const app = new Hono<Signed>()
  app.use(secureAnswers(), neverCache(), allowOrigins(allowedOrigins), limitBody())

  app.get('/health', async (c) => {
    await tasks.ping()
    return c.json({ status: 'ok' })
  })
  const document = openApiDocument()
  app.get('/openapi.json', (c) => c.json(document))
  app.use('/api/v1/*', countersign(verifier), limitRate(requestsPerMinute))
  app.get('/api/v1/auth/me', (c) => c.json(withoutClaims(c.get('identity'))))
  app.route('/api/v1/tasks', taskRoutes(tasks))

  app.notFound(() => problemResponse('not_found'))
  app.onError((error) => {
    if (error instanceof Refusal) return error.toResponse()
    // The identity of a genuine token that the database cannot hold.
    if (error instanceof TokenError) return problemResponse(error.publicCode)
    if (error instanceof DatabaseUnavailableError) {
      return problemResponse('service_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    }
    onError?.(error)
    return problemResponse('internal_error')
  })
  return app
}

function withoutClaims(identity: Identity): Omit<Identity, 'claims'> {
  const { userId, email, role, sessionId, tokenId, clientId, issuedAt, expiresAt } = identity
  const { iat, exp } = identity
  return { userId, email, role, sessionId, tokenId, clientId, issuedAt, expiresAt, iat, exp }
}
