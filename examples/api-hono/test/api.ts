import {
  type AccessTokenClaims,
  generatePrivateJwk,
  publicJwk,
  type SigningKey,
  signAccessToken,
  signingKeyFromJwk,
} from '@countersign/core'
import { createVerifier } from '@countersign/verify'
import { createApp } from '../src/app.js'
import { type Database, openEmbedded } from '../src/database.js'
import { migrate } from '../src/migrate.js'
import { TASK_SQL } from '../src/task-sql.js'
import { createTaskStore } from '../src/task-store.js'

export const WEB = 'http://localhost:3000'
/** The embedded database creates itself first, which a busy machine takes its time for. */
export const START_TIMEOUT_MS = 180_000
const ISSUER = 'http://localhost:4400/api/auth'
const AUDIENCE = 'todo-api'

/** The app on an embedded database in memory, with a key of its own to sign tokens. */
export interface TestApi {
  readonly database: Database
  readonly errors: unknown[]
  request(path: string, init?: RequestInit): Promise<Response>
  /** A request of a signed-in user; `body` is sent as JSON. */
  as(userId: string, method: string, path: string, body?: unknown): Promise<Response>
  tokenFor(userId: string, claims?: Partial<AccessTokenClaims>, key?: SigningKey): string
  close(): Promise<void>
}

export async function startApi({
  requestsPerMinute = 10_000,
  sql = TASK_SQL,
} = {}): Promise<TestApi> {
  const jwk = await generatePrivateJwk('EdDSA')
  const ownKey = signingKeyFromJwk(jwk)
  const database = await openEmbedded()
  await migrate(database)
  const verifier = createVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['EdDSA'],
    jwks: { keys: [publicJwk(jwk)] },
  })
  const errors: unknown[] = []
  const app = createApp({
    verifier,
    tasks: createTaskStore(database, sql),
    allowedOrigins: [WEB],
    requestsPerMinute,
    onError: (error) => errors.push(error),
  })
  const request = async (path: string, init?: RequestInit) => app.request(path, init)
  const tokenFor: TestApi['tokenFor'] = (userId, claims = {}, key = ownKey) =>
    signAccessToken({ ...claimsFor(userId), ...claims }, key)
  return {
    database,
    errors,
    request,
    tokenFor,
    as: (userId, method, path, body) => request(path, signed(tokenFor(userId), method, body)),
    close: () => database.close(),
  }
}

function signed(token: string, method: string, body: unknown): RequestInit {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  return body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
}

function claimsFor(userId: string): AccessTokenClaims {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: userId,
    client_id: 'todo-web',
    sid: `session-of-${userId}`,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 900,
    email: `${userId}@example.test`,
    role: 'user',
    ver: 1,
  }
}
